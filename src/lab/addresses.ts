/** Which host has which name, address and login, and which names the lab's interfaces bear. Pure. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { PlannedHost } from './model.ts'

/** 198.18.0.0/15 is set aside for benchmarks, so it collides with no other network: 512 times a /24. */
export const subnetCount = 512
/** The first monitoring hosts end in .11, the others in .21 and up to .250. */
export const maxHosts = 2 + 230

/** The host that has no sudo and is reached as root. */
const rootHost = 'app-02'

/**
 * The first `count` hosts of the lab with this index: mon-a, mon-b, app-01, app-02, app-03 and so on.
 */
export function planHosts(index: number, count: number): PlannedHost[] {
  return Array.from({ length: count }, (_, position) => {
    const name = hostName(position)
    return {
      name,
      address: address(index, position < 2 ? 11 + position : 19 + position),
      user: name === rootHost ? 'root' : 'ops',
    }
  })
}

function hostName(position: number): string {
  if (position < 2) return position === 0 ? 'mon-a' : 'mon-b'
  return `app-${String(position - 1).padStart(2, '0')}`
}

/** The address in the lab's /24 with this last number: `address(0, 11)` is `198.18.0.11`. */
export function address(index: number, last: number): string {
  return `198.${18 + Math.floor(index / 256)}.${index % 256}.${last}`
}

/** The machine's own end of the lab's bridge. */
export function machineAddress(index: number): string {
  return address(index, 1)
}

export function bridgeName(index: number): string {
  return `phl${index}`
}

/**
 * The name that systemd-nspawn knows a host by, unique among all labs. At most 12 characters, so that
 * the link `vb-…` made from it is not shortened to the kernel's 15.
 */
export function machineName(index: number, host: string): string {
  return `l${index}-${host}`
}

export function linkName(index: number, host: string): string {
  return `vb-${machineName(index, host)}`
}

/**
 * The index for a lab: 0 for the one called `lab`, the lowest free one otherwise. `routes` are networks
 * that this machine knows already, as `ip route` writes them. Undefined where all are taken.
 */
export function freeIndex(
  name: string,
  taken: ReadonlySet<number>,
  routes: readonly string[],
): number | undefined {
  const first = name === 'lab' ? 0 : 1
  for (let index = first; index < subnetCount; index++) {
    if (!taken.has(index) && !routes.some(route => overlaps(route, index))) return index
  }
  return undefined
}

function overlaps(route: string, index: number): boolean {
  const [network = '', length = '32'] = route.split('/')
  const bits = Math.min(Number(length), 24)
  const seen = toNumber(network)
  if (seen === undefined || bits === 0 || Number.isNaN(bits)) return false
  const block = 2 ** (32 - bits)
  return Math.floor(seen / block) === Math.floor((toNumber(address(index, 0)) ?? 0) / block)
}

function toNumber(text: string): number | undefined {
  const parts = text.split('.').map(Number)
  if (parts.length !== 4 || parts.some(part => !Number.isInteger(part) || part < 0 || part > 255))
    return undefined
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}

/** What is wrong with a lab's name, if anything. */
export function nameProblem(name: string): Problem | undefined {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(name) && !name.startsWith('base-')) return undefined
  return error(`the lab's name "${name}" cannot be used`, {
    remedy:
      'Take a small letter first, then small letters, digits and dashes, 32 characters at most, and not "base-" in front.',
  })
}

/** What is wrong with a number of hosts, if anything. */
export function countProblem(count: number): Problem | undefined {
  if (Number.isInteger(count) && count >= 1 && count <= maxHosts) return undefined
  return error(`a lab cannot have ${count} hosts`, { remedy: `Take a whole number from 1 to ${maxHosts}.` })
}
