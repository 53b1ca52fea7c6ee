/** Command-line flags: promha's own and the user's, in the form of kingpin, which all three programs use. */
import { isWildcard } from '../src/inventory/endpoint.ts'
import type { Endpoint } from '../src/inventory/model.ts'
import type { BundleCheck, ListeningPort } from '../src/resource/model.ts'

export type FlagValue = string | number | boolean
export type Flags = Readonly<Record<string, FlagValue>>

/**
 * The words of a command line after the program. The user's flags come last and replace promha's of the same name.
 * true is the bare switch, false its `--no-` form.
 */
export function flagWords(own: readonly (readonly [string, FlagValue])[], user: Flags): readonly string[] {
  const kept = own.filter(([name]) => !Object.hasOwn(user, name))
  return [...kept, ...Object.entries(user)].map(([name, value]) => flagWord(name, value))
}

function flagWord(name: string, value: FlagValue): string {
  if (value === true) return `--${name}`
  if (value === false) return `--no-${name}`
  return `--${name}=${value}`
}

/** What a service listens on, for the look at who else does. */
export function listening(
  listen: Endpoint,
  ...protocols: readonly ('tcp' | 'udp')[]
): readonly ListeningPort[] {
  const { address, port } = listen
  const addresses = isWildcard(address) ? {} : { addresses: [address] }
  return protocols.map(protocol => ({ protocol, port, ...addresses }))
}

/** Has the program itself judge its command line: it parses all of it before it tells its version. */
export function flagCheck(command: readonly string[], root: string): BundleCheck {
  const [program = '', ...args] = command
  return { program, root, args: [...args, '--version'] }
}
