/** The directory that the user works from: ssh_config, key, host keys and an inventory to try. */
import { createHash } from 'node:crypto'
import { lstat, mkdir, readFile, rm } from 'node:fs/promises'
import { ProblemError } from '../diagnostic/problem.ts'
import { readPlainText } from '../trust/plain-file.ts'
import { replaceFile } from '../trust/replace-file.ts'
import { hostKeys } from './host/prepare.ts'
import { inventory, knownHosts, sshConfig } from './host/texts.ts'
import { labPaths } from './machine/paths.ts'
import { labProblem } from './messages.ts'
import type { LabHostPlan, LabState } from './model.ts'

/** Bytes of a file that the user may have edited. */
const largest = 1024 * 1024
const generated = ['ssh_config', 'id_ed25519', 'known_hosts', '.gitignore']

/** Writes the files and returns the record with the inventory's hash. An edited inventory is left alone. */
export async function writeDirectory(state: LabState): Promise<LabState> {
  const { directory, hosts } = state
  await mkdir(directory, { recursive: true })
  // One in a checkout would have root write wherever it leads.
  if ((await lstat(directory)).isSymbolicLink())
    throw new ProblemError([labProblem.directoryIsLink({}, directory)])
  const knownBy = async (host: LabHostPlan) => knownHosts(host, await hostKeys(state.name, host.name))
  const keys = await Promise.all(hosts.map(knownBy))
  await putFile(directory, 'ssh_config', sshConfig(directory, hosts))
  await putFile(directory, 'known_hosts', keys.join(''))
  await putFile(directory, 'id_ed25519', await readFile(labPaths(state.name).key, 'utf8'), 0o600)
  await putFile(directory, '.gitignore', '*\n')
  const text = inventory(hosts)
  const present = await readPlainText(`${directory}/inventory.yml`, largest).catch(() => undefined)
  if (present !== undefined && present !== text && hash(present) !== state.inventoryHash) return state
  await putFile(directory, 'inventory.yml', text)
  return { ...state, inventoryHash: hash(text) }
}

/** Removes what only makes sense while the lab exists; the inventory too, unless it was edited. */
export async function clearDirectory(state: LabState): Promise<void> {
  for (const name of generated) await rm(`${state.directory}/${name}`, { force: true })
  const file = `${state.directory}/inventory.yml`
  const present = await readPlainText(file, largest).catch(() => undefined)
  if (present !== undefined && hash(present) === state.inventoryHash) await rm(file)
}

/** Puts one of the lab's files into its directory, for the user who called sudo. */
export async function putFile(directory: string, name: string, text: string, mode = 0o644): Promise<void> {
  const file = `${directory}/${name}`
  if ((await readPlainText(file, largest).catch(() => undefined)) === text) return
  // Under sudo the files are for the user who called it: only the lab needs root, promha does not.
  const { SUDO_UID: uid, SUDO_GID: gid } = process.env
  const owner = uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
  await replaceFile(file, text, mode, owner)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
