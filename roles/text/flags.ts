/** Command-line flags: promha's own and the user's, in the form of kingpin or of Go's own flags. */
import { featuresOf } from '../../src/inventory/cell/flags.ts'
import type { Endpoint, Flags } from '../../src/inventory/model.ts'
import { isWildcard } from '../../src/inventory/value/endpoint.ts'
import type { BundleCheck, ListeningPort } from '../../src/resource/model.ts'

export type FlagValue = Flags[string]

/** The words of a command line after the program. The user's flags come last and replace promha's of the same name. */
export function flagWords(
  own: readonly (readonly [string, FlagValue])[],
  user: Flags,
  switches: 'kingpin' | 'go' = 'kingpin',
): readonly string[] {
  const kept = own.filter(([name]) => !Object.hasOwn(user, name))
  return [...kept, ...Object.entries(user)].flatMap(([name, value]) => wordsOf(name, value, switches))
}

function wordsOf(name: string, value: FlagValue, switches: 'kingpin' | 'go'): readonly string[] {
  if (value === true) return [`--${name}`]
  if (value === false) return [switches === 'go' ? `--${name}=false` : `--no-${name}`]
  return [value].flat().map(one => `--${name}=${one}`)
}

/** What a service listens on, `addresses` being all, so that the preflight can tell who else holds the port. */
export function listening(
  port: number,
  addresses: readonly string[],
  ...protocols: readonly ('tcp' | 'udp')[]
): readonly ListeningPort[] {
  const own = addresses.some(isWildcard) ? {} : { addresses }
  return protocols.map(protocol => ({ protocol, port, ...own }))
}

/** The same of several addresses, by port. */
export function listeningOn(endpoints: readonly Endpoint[]): readonly ListeningPort[] {
  const ports = [...new Set(endpoints.map(({ port }) => port))]
  return ports.flatMap(port => {
    const addresses = endpoints.filter(one => one.port === port).map(({ address }) => address)
    return listening(port, addresses, 'tcp')
  })
}

/** How a program is made to end once it has taken its flags. */
export interface FlagEnd {
  /** Flags of promha's that get another value for the check. */
  readonly instead: readonly (readonly [string, FlagValue])[]
  /** What the program says then. */
  readonly accepted: readonly string[]
  /** The config that it reads in the check, by its name. */
  readonly config?: { readonly name: string; readonly content: string }
}

/** A port that no program can open, so that it ends when it would begin to listen. */
export const noPort = { flag: ['web.listen-address', ':99999'], accepted: 'invalid port' } as const

/** The program judges its own command line: `--version` would be answered before any value is looked at. */
export function flagCheck(command: readonly string[], root: string, user: Flags, end: FlagEnd): BundleCheck {
  const [program = '', ...args] = command
  const ending = flagWords(end.instead, {})
  const kept = args.filter(word => !end.instead.some(([name]) => `${word}=`.startsWith(`--${name}=`)))
  return {
    program,
    root,
    args: [...kept, ...ending],
    ...(end.config ? { seen: [end.config] } : {}),
    flags: {
      accepted: end.accepted,
      each: Object.entries(user).flatMap(([name, value]) => {
        const alone = (one: FlagValue, owner: object, key: string | number) => {
          return { name, map: user, owner, key, args: [...flagWords([], { [name]: one }), ...ending] }
        }
        return Array.isArray(value)
          ? value.map((item, index) => alone(item, value, index))
          : [alone(value, user, name)]
      }),
    },
  }
}

/** The flags with one more feature, before the user's own. Each feature is named once. */
export function withFeature(flags: Flags, feature: string): Flags {
  return { ...flags, 'enable-feature': [...new Set([feature, ...featuresOf(flags)])].join(',') }
}

/** The features that a program's command line turns on. */
export function featuresIn(command: readonly string[]): readonly string[] {
  const flag = '--enable-feature='
  return command.flatMap(word => (word.startsWith(flag) ? word.slice(flag.length).split(',') : []))
}

/** The flag by which a tool knows the features of the program that it checks for: none without features. */
export function featureFlag(features: readonly string[]): readonly string[] {
  return features.length === 0 ? [] : [`--enable-feature=${features.join(',')}`]
}
