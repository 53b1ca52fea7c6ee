/** What runs where, over all cells: a host runs each component for one cell only, and each port has one program. */
import { grouped } from '../../../diagnostic/grouped.ts'
import type { Problem } from '../../../diagnostic/problem.ts'
import type { Inventory } from '../../../inventory/model.ts'
import { isWildcard, joinHostPort, overlaps } from '../../../inventory/value/endpoint.ts'
import { isLoopback } from '../../../inventory/value/names.ts'
import { topologyProblem } from '../../messages.ts'
import { type Occupant, occupantsOf } from './occupants.ts'

/** Components of two cells on one host, ports that two programs want, and addresses that peers cannot reach. */
export function occupancyProblems({ cells, hosts }: Pick<Inventory, 'cells' | 'hosts'>): readonly Problem[] {
  const byName = new Map(hosts.map(host => [host.name, host]))
  const occupants = cells.flatMap(cell => occupantsOf(cell, byName, cells))
  return [
    ...cellProblems(occupants),
    ...portProblems(occupants),
    ...reachProblems(occupants),
    ...lowPorts(occupants),
  ]
}

function cellProblems(occupants: readonly Occupant[]): readonly Problem[] {
  const problems: Problem[] = []
  const first = new Map<string, Occupant>()
  const reported = new Set<string>()
  for (const occupant of occupants) {
    const key = `${occupant.component} ${occupant.host}`
    const other = first.get(key)
    if (other === undefined) first.set(key, occupant)
    if (other === undefined || other.cell === occupant.cell || reported.has(`${key} ${occupant.cell}`))
      continue
    reported.add(`${key} ${occupant.cell}`)
    const { host, component } = occupant
    const the = { host, component, first: other.cell, second: occupant.cell }
    problems.push(topologyProblem.componentOfTwoCells(occupant.where, the))
  }
  return problems
}

function portProblems(occupants: readonly Occupant[]): readonly Problem[] {
  const problems: Problem[] = []
  const byPort = new Map<string, Occupant[]>()
  for (const occupant of occupants) {
    const { endpoint } = occupant
    if (endpoint === undefined) continue
    const key = `${occupant.host} ${endpoint.port}/${occupant.protocol ?? 'tcp'}`
    const others = byPort.get(key) ?? []
    const other = others.find(one => one.endpoint && overlaps(one.endpoint, endpoint))
    byPort.set(key, [...others, occupant])
    if (other === undefined || isReported(other, occupant)) continue
    const { host, label } = occupant
    const the = { first: other.label, second: label, port: endpoint.port, host }
    problems.push(topologyProblem.samePort(occupant.where, the))
  }
  return problems
}

/** Whether that is reported already: a component that is on a host twice, or addresses in one `listen` that clash. */
function isReported(one: Occupant, other: Occupant): boolean {
  if (one.component !== other.component) return false
  if (one.cell === other.cell && one.label === other.label) return true
  const apart = one.component === 'prometheus' || one.component === 'pushgateway'
  return one.cell !== other.cell || (one.label !== other.label && !one.sharing && apart)
}

/** One listen address for several hosts: only its own host reaches a loopback, and any other is one host's. */
function reachProblems(occupants: readonly Occupant[]): readonly Problem[] {
  const listening = occupants.flatMap(({ arranged, cell, component, endpoint, where }) =>
    endpoint === undefined || arranged || isWildcard(endpoint.address)
      ? []
      : [{ cell, component, endpoint, listen: joinHostPort(endpoint), where }],
  )
  const groups = grouped(listening, ({ cell, component, listen }) => `${cell} ${component} ${listen}`)
  return [...groups.values()].flatMap(([first, ...rest]) => {
    if (first === undefined || rest.length === 0) return []
    const { cell, component, endpoint, listen, where } = first
    const loopback = isLoopback(endpoint.address)
    const what = loopback ? 'is reached from its own host only' : 'is the address of one host only'
    return topologyProblem.notReachable(where, { component, cell, what, listen, port: endpoint.port })
  })
}

/** Programs that promha runs without any privilege cannot open a port below 1024, unless the host's kernel says otherwise. */
function lowPorts(occupants: readonly Occupant[]): readonly Problem[] {
  const low = occupants.filter(
    ({ endpoint, unprivileged }) => unprivileged && endpoint && endpoint.port < 1024,
  )
  const first = new Map(
    low.map(one => [`${one.cell} ${one.component} ${one.endpoint?.port}`, one] as const).toReversed(),
  )
  return [...first.values()].map(({ cell, component, endpoint, where }) =>
    topologyProblem.portNotPermitted(where, component, cell, endpoint?.port),
  )
}
