/** Which host has which name, address and login, and which names the lab's interfaces bear. Pure. */
import { BlockList, isIPv4 } from 'node:net'
import type { Problem } from '../../diagnostic/problem.ts'
import { labProblem } from '../messages.ts'
import type { LabHostPlan } from '../model.ts'

/** 198.18.0.0/15 is set aside for benchmarks, so it collides with no other network: 512 times a /24. */
export const subnetCount = 512
/** The first monitoring hosts end in .11, the others in .21 and up to .250. */
export const maxHosts = 2 + 230

/** The host that has no sudo and is reached as root. */
const rootHost = 'app-02'

/** The first `count` hosts of the lab with this index: mon-a, mon-b, app-01, app-02, app-03 and so on. */
export function planHosts(index: number, count: number): LabHostPlan[] {
  return Array.from({ length: count }, (_, position) => {
    const name = hostName(position)
    const last = position < 2 ? 11 + position : 19 + position
    return { name, address: address(index, last), user: name === rootHost ? 'root' : 'ops' }
  })
}

function hostName(position: number): string {
  if (position < 2) return position === 0 ? 'mon-a' : 'mon-b'
  return `app-${String(position - 1).padStart(2, '0')}`
}

/** The address in the lab's /24 with this last number: `address(0, 11)` is `198.18.0.11`. The machine's own ends in 1. */
export function address(index: number, last: number): string {
  return `198.${18 + Math.floor(index / 256)}.${index % 256}.${last}`
}

export function bridgeName(index: number): string {
  return `phl${index}`
}

/** What systemd-nspawn calls a host, unique among all labs: 12 characters at most, since a link `vb-…` has 15 at most. */
export function machineName(index: number, host: string): string {
  return `l${index}-${host}`
}

export function linkName(index: number, host: string): string {
  return `vb-${machineName(index, host)}`
}

/** 0 for the lab called `lab`, else the lowest free one; undefined if all are taken. `routes`: as `ip route` writes them. */
export function freeIndex(name: string, taken: Set<number>, routes: readonly string[]): number | undefined {
  const first = name === 'lab' ? 0 : 1
  for (let index = first; index < subnetCount; index++) {
    if (!taken.has(index) && !routes.some(route => overlaps(route, index))) return index
  }
  return undefined
}

function overlaps(route: string, index: number): boolean {
  const [network = '', length = '32'] = route.split('/')
  const bits = Math.min(Number(length), 24)
  if (!isIPv4(network) || !(bits > 0)) return false
  const block = new BlockList()
  block.addSubnet(network, bits)
  return block.check(address(index, 0))
}

/** What is wrong with a lab's name, if anything. */
export function nameProblem(name: string): Problem | undefined {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(name) && !name.startsWith('base-')) return undefined
  return labProblem.badName({}, name)
}

/** What is wrong with a number of hosts, if anything. */
export function countProblem(count: number): Problem | undefined {
  if (Number.isInteger(count) && count >= 1 && count <= maxHosts) return undefined
  return labProblem.badCount({}, count, maxHosts)
}
