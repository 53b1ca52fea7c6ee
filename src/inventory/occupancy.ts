/** What runs where, over all cells: one component of a kind a host, and one program a port. */
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { isWildcard, joinHostPort } from './endpoint.ts'
import type { Cell, Component, Endpoint } from './model.ts'
import { canonicalAddress } from './names.ts'
import { at, atKey, quote } from './place.ts'
import type { CellText } from './schema.ts'

interface Occupant {
  readonly cell: string
  readonly component: Component
  readonly host: string
  /** `Prometheus a`, `the gossip of Alertmanager`. */
  readonly label: string
  readonly endpoint: Endpoint
  /** The cell lets members share a host. */
  readonly sharing: boolean
  /** Where the endpoint is written, or else the component. */
  readonly where: Pick<Problem, 'source'>
}

/** Reports components of two cells on one host, ports that two programs want, and addresses that peers cannot reach. */
export function checkOccupancy(
  cells: readonly Cell[],
  texts: ReadonlyMap<string, CellText>,
  problems: Problem[],
): void {
  const occupants = cells.flatMap(cell => occupantsOf(cell, texts.get(cell.name) ?? {}))
  checkCells(occupants, problems)
  checkPorts(occupants, problems)
  checkReach(occupants, problems)
}

function occupantsOf(cell: Cell, text: CellText): Occupant[] {
  const { prometheus, alertmanager, nodeExporter } = cell
  const base = { cell: cell.name, sharing: cell.allowSharedHost }
  const where = (owner: object | null | undefined, key: string, component: string) =>
    owner && Object.hasOwn(owner, key) ? at(owner, key) : atKey(text, component)
  const found: Occupant[] = []
  if (prometheus) {
    const common = { ...base, component: 'prometheus', endpoint: prometheus.listen } as const
    const listen = where(text.prometheus, 'listen', 'prometheus')
    for (const { name, host } of prometheus.replicas) {
      found.push({ ...common, host, label: `Prometheus ${quote(name)}`, where: listen })
    }
  }
  if (alertmanager) {
    const common = { ...base, component: 'alertmanager' } as const
    const { listen: endpoint, clusterListen } = alertmanager
    const listen = where(text.alertmanager, 'listen', 'alertmanager')
    const cluster = where(text.alertmanager, 'cluster_listen', 'alertmanager')
    for (const host of alertmanager.hosts) {
      found.push({ ...common, host, label: 'Alertmanager', endpoint, where: listen })
      found.push({
        ...common,
        host,
        label: "Alertmanager's cluster",
        endpoint: clusterListen,
        where: cluster,
      })
    }
  }
  if (nodeExporter) {
    const common = { ...base, component: 'node_exporter', endpoint: nodeExporter.listen } as const
    const listen = where(text.exporters?.node, 'listen', 'exporters')
    for (const host of nodeExporter.hosts)
      found.push({ ...common, host, label: 'node_exporter', where: listen })
  }
  return found
}

/** A host has one unit, one config and one data directory of each component. */
function checkCells(occupants: readonly Occupant[], problems: Problem[]): void {
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
          remedy: 'one host runs a component for one cell only; take it out of one of the two',
        },
      ),
    )
  }
}

function checkPorts(occupants: readonly Occupant[], problems: Problem[]): void {
  const byPort = new Map<string, Occupant[]>()
  for (const occupant of occupants) {
    const key = `${occupant.host} ${occupant.endpoint.port}`
    const others = byPort.get(key) ?? []
    const other = others.find(one => overlaps(one.endpoint, occupant.endpoint))
    byPort.set(key, [...others, occupant])
    if (other === undefined || isToldAlready(other, occupant)) continue
    problems.push(
      error(
        `${other.label} and ${occupant.label} both want port ${occupant.endpoint.port} of host ${quote(occupant.host)}`,
        { ...occupant.where, remedy: 'let one of the two listen on another port, or run on another host' },
      ),
    )
  }
}

/** One component twice on a host: of two cells, or of one that does not allow it. */
function isToldAlready(one: Occupant, other: Occupant): boolean {
  if (one.component !== other.component) return false
  return (
    one.cell !== other.cell || (one.label !== other.label && !one.sharing && one.component === 'prometheus')
  )
}

function overlaps(one: Endpoint, other: Endpoint): boolean {
  if (isWildcard(one.address) || isWildcard(other.address)) return true
  return canonicalAddress(one.address) === canonicalAddress(other.address)
}

/** One address for several hosts: a loopback is reached by nobody else, and any other is one host's only. */
function checkReach(occupants: readonly Occupant[], problems: Problem[]): void {
  const groups = new Map<string, Occupant[]>()
  for (const occupant of occupants) {
    if (isWildcard(occupant.endpoint.address)) continue
    const key = `${occupant.cell} ${occupant.component} ${joinHostPort(occupant.endpoint)}`
    const group = groups.get(key)
    if (group) group.push(occupant)
    else groups.set(key, [occupant])
  }
  for (const [first, ...rest] of groups.values()) {
    if (first === undefined || rest.length === 0) continue
    const loopback = /^(127\.|::1$)/.test(first.endpoint.address)
    const what = loopback ? 'is reached from its own host only' : 'is the address of one host only'
    problems.push(
      warning(
        `${first.component} of cell ${quote(first.cell)} listens on ${joinHostPort(first.endpoint)}, which ${what}`,
        {
          ...first.where,
          remedy: `listen on 0.0.0.0:${first.endpoint.port}`,
        },
      ),
    )
  }
}
