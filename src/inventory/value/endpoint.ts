/** Where a program listens: `listen:` as it is written, and in the form that Go programs take. */
import type { Problem } from '../../diagnostic/problem.ts'
import { inventoryProblem } from '../messages.ts'
import type { Endpoint } from '../model.ts'
import { at, rejectedOf, seen, wasRejected } from '../text/place.ts'
import { canonicalAddress, isIp, shortAddress } from './names.ts'

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
  /** The map or list that holds the value. */
  readonly owner: object
  readonly key: string | number
  /** It is the default because the value is wrong. */
  readonly wrong?: true
}

/** The endpoints that a key gives, one or a list, or its default. Wrong values are reported. */
export function writtenEndpoints(
  owner: object,
  key: string,
  standard: Endpoint,
  problems: Problem[],
): readonly [WrittenEndpoint, ...WrittenEndpoint[]] {
  const value = (owner as Readonly<Record<string, unknown>>)[key]
  if (!Array.isArray(value)) return [writtenEndpoint(owner, key, key, standard, problems)]
  const [first, ...others] = value.map((_, index) => writtenEndpoint(value, index, key, standard, problems))
  if (first) return [first, ...others]
  if (rejectedOf(value).size === 0)
    problems.push(inventoryProblem.noListenAddress(at(owner, key), key, joinHostPort(standard)))
  return [{ ...standard, self: false, owner, key, wrong: true }]
}

/** One endpoint, or its default. `self` and `self:PORT` are allowed. `name`: of the key, for messages. */
function writtenEndpoint(
  owner: object,
  key: string | number,
  name: string,
  { address, port }: Endpoint,
  problems: Problem[],
): WrittenEndpoint {
  const standard = { address, port, self: false, owner, key }
  const text = (owner as Readonly<Record<string | number, unknown>>)[key]
  if (typeof text !== 'string') return wasRejected(owner, key) ? { ...standard, wrong: true } : standard
  const own = /^self(?::(\d{1,5}))?$/.exec(text)
  const ownPort = Number(own?.[1] ?? port)
  if (own && ownPort >= 1 && ownPort <= 65535) return { ...standard, port: ownPort, self: true }
  const parsed = parseEndpoint(text)
  if (parsed) return { ...standard, ...parsed }
  const example = joinHostPort({ address: isIp(address) ? address : '0.0.0.0', port })
  problems.push(inventoryProblem.badEndpoint(at(owner, key), name, seen(owner, key), example))
  return { ...standard, wrong: true }
}

/** Whether two programs of one host cannot have both: a wildcard takes every address, of IPv4 and IPv6. */
export function overlaps(one: Endpoint, other: Endpoint): boolean {
  if (one.port !== other.port) return false
  if (isWildcard(one.address) || isWildcard(other.address)) return true
  return canonicalAddress(one.address) === canonicalAddress(other.address)
}

/** Whether a program that listens on this address can be reached by every address of its host. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** `HOST:PORT`, an IPv6 address in brackets. */
export function joinHostPort({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
