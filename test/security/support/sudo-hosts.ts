/** Hosts with a sudo of the test's own each, and what each of them was given. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host, SshSettings } from '../../../src/inventory/model.ts'
import { createDialer, type DialContext, type Dialer } from '../../../src/ssh/dialer.ts'
import { startServer, type TestServer } from '../../ssh/support/server.ts'

/** sudo lets everybody through. */
export const open = 'shift 2; exec "$@"'

/** sudo asks, keeps what it is told, and accepts this password only. */
export const asking = (password: string) => `
if [ "$1" = -n ]; then echo 'sudo: a password is required' >&2; exit 1; fi
shift 3; question=$1; shift 2
for try in 1 2 3; do
  printf %s "$question" >&2
  IFS= read -r line || exit 1
  printf '%s\n' "$line" >> "\${0%/*}/got"
  if [ "$line" = '${password}' ]; then exec "$@"; fi
  echo 'Sorry, try again.' >&2
done
exit 1`

export interface SudoHosts {
  readonly hosts: readonly Host[]
  dialer(context?: Partial<DialContext>): Dialer
  /** What the host was given so far. */
  got(name: string): Promise<readonly string[]>
  server(name: string): TestServer
  close(): Promise<void>
}

/** A server for each host: the text that stands for its sudo, and its SSH settings. */
export async function sudoHosts(
  of: Readonly<Record<string, { readonly sudo: string; readonly ssh?: Partial<SshSettings> }>>,
): Promise<SudoHosts> {
  const servers = new Map<string, TestServer>()
  const dialers: Dialer[] = []
  const hosts: Host[] = []
  for (const [name, { sudo, ssh }] of Object.entries(of)) {
    const server = await startServer({ sudo })
    servers.set(name, server)
    hosts.push(server.host({ sudo: true, ...ssh }, name))
  }
  const server = (name: string) => {
    const found = servers.get(name)
    if (found === undefined) throw new Error(`no host ${name}`)
    return found
  }
  return {
    hosts,
    server,
    dialer(context = {}) {
      const dialer = createDialer({ forks: 8, hosts, ...context })
      dialers.push(dialer)
      return dialer
    },
    async got(name) {
      const text = await readFile(join(server(name).directory, 'got'), 'utf8').catch(() => '')
      return text.split('\n').filter(line => line !== '')
    },
    async close() {
      await Promise.all(dialers.map(dialer => dialer.close()))
      await Promise.all([...servers.values()].map(one => one.close()))
    },
  }
}

/** Connects to the hosts and becomes root there; gives what each command printed, or the summary of its problem. */
export function becomeRoot(dialer: Dialer, hosts: readonly Host[]): Promise<readonly string[]> {
  return Promise.all(
    hosts.map(async host => {
      try {
        const connection = await dialer.connect(host)
        return (await connection.run({ script: 'printf root' })).stdout.toString()
      } catch (cause) {
        return (cause as Error).message
      }
    }),
  )
}
