/** Logging in to a host of a lab by OpenSSH's own client. */
import { findHost, type HostOf } from './find.ts'
import { interactive } from './process.ts'

/** Opens a login on the user's terminal, or runs a command there as a shell would; gives its exit code. */
export async function sshTo(which: HostOf & { readonly command?: readonly string[] }): Promise<number> {
  const { state, host } = await findHost(which)
  return interactive('ssh', [
    '-F',
    `${state.directory}/ssh_config`,
    host.name,
    '--',
    ...(which.command ?? []),
  ])
}
