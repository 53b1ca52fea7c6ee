/** Logging in to a host of a lab by OpenSSH's own client. */
import { mkdir } from 'node:fs/promises'
import { ProblemError } from '../../diagnostic/problem.ts'
import { interactive } from '../../process/child.ts'
import { replaceFile } from '../../trust/replace-file.ts'
import { requireRoot } from '../machine/machine.ts'
import { labPaths } from '../machine/paths.ts'
import { labProblem } from '../messages.ts'
import type { LabHostPlan, LabState } from '../model.ts'
import { readState } from '../state.ts'
import { hostKeys } from './prepare.ts'
import { knownHosts, sshConfig } from './texts.ts'

/** Opens a login on the user's terminal, or runs a command there as a shell would; gives its exit code. */
export async function sshTo(which: HostOf & { readonly command?: readonly string[] }): Promise<number> {
  const { state, host } = await findHost(which)
  // The ssh_config beside the inventory is the user's, and ssh would run as root what a ProxyCommand in it says.
  const { home } = labPaths(state.name)
  await mkdir(home, { recursive: true, mode: 0o700 })
  await replaceFile(`${home}/known_hosts`, knownHosts(host, await hostKeys(state.name, host.name)))
  await replaceFile(`${home}/ssh_config`, sshConfig(home, [host]))
  return interactive('ssh', ['-F', `${home}/ssh_config`, host.name, '--', ...(which.command ?? [])])
}

export interface HostOf {
  /** The lab's name. */
  readonly name: string
  readonly host: string
}

/** Throws a ProblemError that says which labs or hosts there are instead. */
export async function findHost(which: HostOf): Promise<{ state: LabState; host: LabHostPlan }> {
  requireRoot()
  const state = await readState(which.name)
  const host = state?.hosts.find(candidate => candidate.name === which.host)
  if (state !== undefined && host !== undefined) return { state, host }
  if (state === undefined) throw new ProblemError([labProblem.noLab({}, which.name)])
  const known = state.hosts.map(({ name }) => name)
  throw new ProblemError([labProblem.noHost({}, which.name, which.host, known)])
}
