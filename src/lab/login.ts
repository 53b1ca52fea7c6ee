/** Logging in to a host of a lab by OpenSSH's own client. */
import { mkdir } from 'node:fs/promises'
import { replaceFile } from '../trust/replace-file.ts'
import { findHost, type HostOf } from './find.ts'
import { labPaths } from './paths.ts'
import { hostKeys } from './prepare.ts'
import { interactive } from './process.ts'
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
