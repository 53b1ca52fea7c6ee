/** Makes one host's file system: the base tree with what is the host's own over it. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { lstat, mkdir, readFile } from 'node:fs/promises'
import { ProblemError } from '../../diagnostic/problem.ts'
import { readPlainText } from '../../trust/plain-file.ts'
import { type Owner, replaceFile } from '../../trust/replace-file.ts'
import { mountOverlay, removeTree } from '../machine/mounts.ts'
import { hostPaths, labPaths } from '../machine/paths.ts'
import { runHere } from '../machine/run.ts'
import { labProblem } from '../messages.ts'
import type { LabHostPlan, LabState } from '../model.ts'
import { hostsFile, networkFile } from './texts.ts'

/** Makes the lab's own login key, once. */
export async function ensureKey(lab: string): Promise<void> {
  const { key, home } = labPaths(lab)
  if (existsSync(`${key}.pub`)) return
  await mkdir(home, { recursive: true, mode: 0o700 })
  await runHere('removing a half-made key', 'rm', ['-f', key, `${key}.pub`])
  const args = ['-q', '-t', 'ed25519', '-N', '', '-C', `promha-lab-${lab}`, '-f', key]
  await runHere('making the login key', 'ssh-keygen', args)
}

/** Mounts the host's root and writes what is its own. What an earlier run completed stays; what is half-made is removed. */
export async function prepareHost(state: LabState, host: LabHostPlan): Promise<void> {
  const paths = hostPaths(state.name, host.name)
  const complete = existsSync(paths.prepared)
  if (!complete) await removeTree(paths.home)
  for (const directory of [paths.upper, paths.work, paths.root])
    await mkdir(directory, { recursive: true, mode: 0o755 })
  await mountOverlay(state.base, paths)
  const listed = hostsFile(state.hosts)
  if (complete) {
    if ((await readFile(paths.prepared, 'utf8')) === listed) return
  } else {
    await writeIdentity(state, host)
  }
  const etc = `${paths.root}/etc`
  // Root of the host may have made it a link to this machine's own.
  if (!(await lstat(etc)).isDirectory())
    throw new ProblemError([labProblem.etcNotADirectory({ host: host.name }, host.name)])
  await replaceFile(`${etc}/hosts`, listed, 0o644)
  await replaceFile(paths.prepared, listed, 0o644)
}

async function writeIdentity(state: LabState, host: LabHostPlan): Promise<void> {
  const { root } = hostPaths(state.name, host.name)
  const publicKey = await readFile(`${labPaths(state.name).key}.pub`, 'utf8')
  await replaceFile(`${root}/etc/hostname`, `${host.name}\n`, 0o644)
  await replaceFile(`${root}/etc/machine-id`, `${randomBytes(16).toString('hex')}\n`, 0o444)
  await replaceFile(`${root}/etc/systemd/network/10-lab.network`, networkFile(host.address), 0o644)
  await runHere(`making the host keys of ${host.name}`, 'ssh-keygen', ['-A', '-f', root])
  const owner = await idsOf(root, 'ops')
  await replaceFile(`${root}/home/ops/.ssh/authorized_keys`, publicKey, 0o600, owner)
  if (host.user !== 'root') return
  await replaceFile(`${root}/root/.ssh/authorized_keys`, publicKey)
  // The package refuses to go from a system whose root has no password, unless told.
  const environment = { SUDO_FORCE_REMOVE: 'yes', DEBIAN_FRONTEND: 'noninteractive' }
  const removal = [root, 'dpkg', '--purge', 'sudo']
  await runHere(`removing sudo from ${host.name}`, 'chroot', removal, { environment })
}

async function idsOf(root: string, user: string): Promise<Owner> {
  const lines = (await readFile(`${root}/etc/passwd`, 'utf8')).split('\n')
  const [, , uid, gid] = lines.find(line => line.startsWith(`${user}:`))?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

/** The host's public keys as they lie in its file system. */
export async function hostKeys(lab: string, host: string): Promise<string[]> {
  const { root } = hostPaths(lab, host)
  const types = ['ed25519', 'ecdsa', 'rsa']
  return Promise.all(
    types.map(async type => {
      const name = `/etc/ssh/ssh_host_${type}_key.pub`
      // Root of the host may have made it a link to a file of this machine.
      const text = await readPlainText(`${root}${name}`, 16_384)
      if (text !== undefined) return text
      throw new ProblemError([labProblem.fileMissing({ host }, name, host)])
    }),
  )
}
