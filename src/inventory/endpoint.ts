/** Where a program listens: `listen:` as it is written, and in the form that Go programs take. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Endpoint } from './model.ts'
import { isIp, shortAddress } from './names.ts'
import { at, quote, seen } from './place.ts'

/** `ADDRESS:PORT` or `[ADDRESS]:PORT`, with the address in its shortest spelling. Undefined for anything else. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const found = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text)
  const address = found?.[1] ?? found?.[2] ?? ''
  const port = Number(found?.[3])
  const bracketed = found?.[1] !== undefined
  if (!isIp(address) || bracketed !== address.includes(':') || !(port >= 1 && port <= 65535)) return undefined
  return { address: shortAddress(address), port }
}

/** The value of a key. With `self`, each host uses its own address instead of `address`. */
export interface WrittenEndpoint extends Endpoint {
  readonly self: boolean
  /** The map that holds the key. */
  readonly owner: object
}

/** The endpoint that a key gives, or its default. `self` and `self:PORT` are allowed. A wrong value is reported. */
export function writtenEndpoint(
  owner: object,
  key: string,
  { address, port }: Endpoint,
  problems: Problem[],
): WrittenEndpoint {
  const standard = { address, port, self: false, owner }
  const text = (owner as Readonly<Record<string, unknown>>)[key]
  if (typeof text !== 'string') return standard
  const own = /^self(?::(\d{1,5}))?$/.exec(text)
  const given = Number(own?.[1] ?? port)
  if (own && given >= 1 && given <= 65535) return { ...standard, port: given, self: true }
  const parsed = parseEndpoint(text)
  if (parsed) return { ...standard, ...parsed }
  problems.push(
    error(`${quote(key)}: expected ADDRESS:PORT with an IP address, saw ${seen(owner, key)}`, {
      ...at(owner, key),
      remedy: `write ${joinHostPort({ address: isIp(address) ? address : '0.0.0.0', port })}, which is the default, or "self" for each host's own address`,
    }),
  )
  return standard
}

/** Whether a program that listens on this address can be reached by every address of its host. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** `HOST:PORT`, an IPv6 address in brackets. */
export function joinHostPort({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
