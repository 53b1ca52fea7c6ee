/** Makes one host's file system: the base tree with what is the host's own over it. */
import { randomBytes } from 'node:crypto'
import { access, lstat, mkdir, readFile } from 'node:fs/promises'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { readPlainText } from '../trust/plain-file.ts'
import { type Owner, replaceFile } from '../trust/replace-file.ts'
import type { LabState, PlannedHost } from './model.ts'
import { mountOverlay, removeTree } from './mounts.ts'
import { hostPaths, labPaths } from './paths.ts'
import { run } from './process.ts'
import { hostsFile, networkFile } from './texts.ts'

/** Makes the lab's own login key, once. */
export async function ensureKey(lab: string): Promise<void> {
  const { key, home } = labPaths(lab)
  if (await readable(`${key}.pub`)) return
  await mkdir(home, { recursive: true, mode: 0o700 })
  await run('removing a half-made key', 'rm', ['-f', key, `${key}.pub`])
  await run('making the login key', 'ssh-keygen', [
    '-q',
    '-t',
    'ed25519',
    '-N',
    '',
    '-C',
    `promha-lab-${lab}`,
    '-f',
    key,
  ])
}

/**
 * Mounts the host's root and writes what is its own. What an earlier run completed is kept as the host left
 * it; what it left half-made is thrown away.
 */
export async function prepareHost(state: LabState, host: PlannedHost): Promise<void> {
  const paths = hostPaths(state.name, host.name)
  const complete = await readable(paths.prepared)
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
    throw new ProblemError([error(`/etc of ${host.name} is not a directory`, { host: host.name })])
  await replaceFile(`${etc}/hosts`, listed, 0o644)
  await replaceFile(paths.prepared, listed, 0o644)
}

async function writeIdentity(state: LabState, host: PlannedHost): Promise<void> {
  const { root } = hostPaths(state.name, host.name)
  const publicKey = await readFile(`${labPaths(state.name).key}.pub`, 'utf8')
  await replaceFile(`${root}/etc/hostname`, `${host.name}\n`, 0o644)
  await replaceFile(`${root}/etc/machine-id`, `${randomBytes(16).toString('hex')}\n`, 0o444)
  await replaceFile(`${root}/etc/systemd/network/10-lab.network`, networkFile(host.address), 0o644)
  await run(`making the host keys of ${host.name}`, 'ssh-keygen', ['-A', '-f', root])
  const owner = await idsOf(root, 'ops')
  await replaceFile(`${root}/home/ops/.ssh/authorized_keys`, publicKey, 0o600, owner)
  if (host.user !== 'root') return
  await replaceFile(`${root}/root/.ssh/authorized_keys`, publicKey)
  // The package refuses to go from a system whose root has no password, unless told.
  const env = { SUDO_FORCE_REMOVE: 'yes', DEBIAN_FRONTEND: 'noninteractive' }
  await run(`removing sudo from ${host.name}`, 'chroot', [root, 'dpkg', '--purge', 'sudo'], { env })
}

async function idsOf(root: string, user: string): Promise<Owner> {
  const line = (await readFile(`${root}/etc/passwd`, 'utf8'))
    .split('\n')
    .find(entry => entry.startsWith(`${user}:`))
  const [, , uid, gid] = (line ?? '').split(':')
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
      throw new ProblemError([error(`${name} of ${host} is missing, or not a plain file`, { host })])
    }),
  )
}

async function readable(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
