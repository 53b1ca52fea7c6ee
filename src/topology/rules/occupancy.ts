/** What runs where, over all cells: a host runs each component for one cell only, and each port has one program. */
import { error, type Problem, warning } from '../../diagnostic/problem.ts'
import { isWildcard, joinHostPort } from '../../inventory/endpoint.ts'
import type { Endpoint, Inventory } from '../../inventory/model.ts'
import { canonicalAddress, isLoopback } from '../../inventory/names.ts'
import { quote } from '../../inventory/place.ts'
import { type Occupant, occupantsOf } from './occupants.ts'

/** Components of two cells on one host, ports that two programs want, and addresses that peers cannot reach. */
export function occupancyProblems({ cells, hosts }: Pick<Inventory, 'cells' | 'hosts'>): readonly Problem[] {
  const byName = new Map(hosts.map(host => [host.name, host]))
  const occupants = cells.flatMap(cell => occupantsOf(cell, byName))
  return [...cellProblems(occupants), ...portProblems(occupants), ...reachProblems(occupants)]
}

/** Hosts that would run a component for two cells: a host has one unit, config and data directory of each. */
function cellProblems(occupants: readonly Occupant[]): readonly Problem[] {
  const problems: Problem[] = []
  const first = new Map<string, Occupant>()
  const told = new Set<string>()
  for (const occupant of occupants) {
    const key = `${occupant.component} ${occupant.host}`
    const other = first.get(key)
    if (other === undefined) first.set(key, occupant)
    if (other === undefined || other.cell === occupant.cell || told.has(`${key} ${occupant.cell}`)) continue
    told.add(`${key} ${occupant.cell}`)
    problems.push(
      error(
        `host ${quote(occupant.host)} would run ${occupant.component} for two cells, ${quote(other.cell)} and ${quote(occupant.cell)}`,
        {
          ...occupant.where,
          remedy: 'one host runs a component for one cell only: remove it from one of the two',
        },
      ),
    )
  }
  return problems
}

function portProblems(occupants: readonly Occupant[]): readonly Problem[] {
  const problems: Problem[] = []
  const byPort = new Map<string, Occupant[]>()
  for (const occupant of occupants) {
    const { endpoint } = occupant
    if (endpoint === undefined) continue
    const key = `${occupant.host} ${endpoint.port}`
    const others = byPort.get(key) ?? []
    const other = others.find(one => one.endpoint && overlaps(one.endpoint, endpoint))
    byPort.set(key, [...others, occupant])
    if (other === undefined || isToldAlready(other, occupant)) continue
    problems.push(
      error(
        `${other.label} and ${occupant.label} both want port ${endpoint.port} of host ${quote(occupant.host)}`,
        { ...occupant.where, remedy: 'let one of the two listen on another port, or run on another host' },
      ),
    )
  }
  return problems
}

/** Whether one component is on a host twice, for two cells or for one that does not allow it: that is reported already. */
function isToldAlready(one: Occupant, other: Occupant): boolean {
  if (one.component !== other.component) return false
  const apart = one.component === 'prometheus' || one.component === 'pushgateway'
  return one.cell !== other.cell || (one.label !== other.label && !one.sharing && apart)
}

function overlaps(one: Endpoint, other: Endpoint): boolean {
  if (isWildcard(one.address) || isWildcard(other.address)) return true
  return canonicalAddress(one.address) === canonicalAddress(other.address)
}

/** One listen address for several hosts: only its own host reaches a loopback, and any other is one host's. */
function reachProblems(occupants: readonly Occupant[]): readonly Problem[] {
  const problems: Problem[] = []
  const groups = new Map<string, (Occupant & { readonly endpoint: Endpoint })[]>()
  for (const occupant of occupants) {
    const { endpoint } = occupant
    if (endpoint === undefined || occupant.arranged || isWildcard(endpoint.address)) continue
    const key = `${occupant.cell} ${occupant.component} ${joinHostPort(endpoint)}`
    const group = groups.get(key)
    if (group) group.push({ ...occupant, endpoint })
    else groups.set(key, [{ ...occupant, endpoint }])
  }
  for (const [first, ...rest] of groups.values()) {
    if (first === undefined || rest.length === 0) continue
    const loopback = isLoopback(first.endpoint.address)
    const what = loopback ? 'is reached from its own host only' : 'is the address of one host only'
    problems.push(
      warning(
        `${first.component} of cell ${quote(first.cell)} listens on ${joinHostPort(first.endpoint)}, which ${what}`,
        {
          ...first.where,
          remedy: `write "self:${first.endpoint.port}" for each host's own address, or listen on 0.0.0.0:${first.endpoint.port}`,
        },
      ),
    )
  }
  return problems
}
