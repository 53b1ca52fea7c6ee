/** What runs where, over all cells: a host runs each component for one cell only, and each port has one program. */
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { isWildcard, joinHostPort } from './endpoint.ts'
import { closedHosts } from './firewall.ts'
import { listenersOf, prometheusListens, proxyOwn } from './listeners.ts'
import type { Cell, CommonSettings, Component, Endpoint, Host } from './model.ts'
import { canonicalAddress, isLoopback } from './names.ts'
import { at, atKey, quote } from './place.ts'
import type { CellText } from './schema.ts'
import { vipsOf } from './vips.ts'
import { clusterListenOn, wordsOn } from './words-on.ts'

interface Occupant {
  readonly cell: string
  readonly component: Component
  readonly host: string
  /** `Prometheus a`, `the gossip of Alertmanager`. */
  readonly label: string
  /** Absent if it does not listen. */
  readonly endpoint?: Endpoint
  /** The address was chosen for this host, so it is right even if it cannot be the same on other hosts. */
  readonly arranged?: boolean
  /** The cell lets members share a host. */
  readonly sharing: boolean
  /** Where the endpoint is written, otherwise where the component is. */
  readonly where: Pick<Problem, 'source'>
}

/** Reports components of two cells on one host, ports that two programs want, and addresses that peers cannot reach. */
export function checkOccupancy(
  cells: readonly Cell[],
  texts: ReadonlyMap<string, CellText>,
  hosts: readonly Host[],
  problems: Problem[],
): void {
  const byName = new Map(hosts.map(host => [host.name, host]))
  const occupants = cells.flatMap(cell => occupantsOf(cell, texts.get(cell.name) ?? {}, byName))
  checkCells(occupants, problems)
  checkPorts(occupants, problems)
  checkReach(occupants, problems)
}

function occupantsOf(cell: Cell, text: CellText, hosts: ReadonlyMap<string, Host>): Occupant[] {
  const { prometheus, alertmanager, exporters = {}, pushgateway, blackbox } = cell
  const base = { cell: cell.name, sharing: cell.allowSharedHost }
  const where = (owner: object | null | undefined, key: string, component: string) =>
    owner && Object.hasOwn(owner, key) ? at(owner, key) : atKey(text, component)
  const found: Occupant[] = []
  /** Adds a component that listens where `listen` and `per_host` say. */
  const add = (
    component: Component,
    settings: CommonSettings,
    host: string,
    label: string,
    where: Occupant['where'],
  ) => {
    const { listen: endpoint, source } = wordsOn(settings, host)
    found.push({ ...base, component, host, label, endpoint, ...placeOf(source, where) })
  }
  if (prometheus) {
    const common = where(text.prometheus, 'listen', 'prometheus')
    for (const { name, host } of prometheus.replicas) {
      const label = `Prometheus ${quote(name)}`
      const listens = prometheusListens(cell, hosts.get(host) ?? { name: host, address: '' })
      if (listens.length < 2) add('prometheus', prometheus, host, label, common)
      else
        for (const endpoint of listens)
          found.push({
            ...base,
            component: 'prometheus',
            host,
            label,
            endpoint,
            arranged: true,
            where: common,
          })
    }
  }
  if (alertmanager) {
    const listen = where(text.alertmanager, 'listen', 'alertmanager')
    const cluster = where(text.alertmanager, 'cluster_listen', 'alertmanager')
    for (const host of alertmanager.hosts) {
      add('alertmanager', alertmanager, host, 'Alertmanager', listen)
      found.push({
        ...base,
        component: 'alertmanager',
        host,
        label: "Alertmanager's cluster",
        endpoint: clusterListenOn(alertmanager, host),
        ...placeOf(wordsOn(alertmanager, host).clusterSource, cluster),
      })
    }
  }
  for (const [component, exporter] of Object.entries(exporters)) {
    const listen = where(text.exporters?.[exporter.job], 'listen', 'exporters')
    for (const host of exporter.hosts) add(component, exporter, host, component, listen)
  }
  if (pushgateway) {
    const listen = where(text.pushgateway, 'listen', 'pushgateway')
    for (const key of ['active', 'passive'] as const)
      add('pushgateway', pushgateway, pushgateway[key], `the ${key} Pushgateway`, listen)
  }
  if (blackbox) {
    const listen = where(text.blackbox, 'listen', 'blackbox')
    for (const host of blackbox.hosts)
      add('blackbox_exporter', blackbox, host, 'the blackbox exporter', listen)
  }
  return [...found, ...proxiesOf(cell, text), ...movingOf(cell, text), ...firewallOf(cell, text)]
}

/** An endpoint that the inventory gives for one host only is chosen for that host. */
function placeOf(source: Problem['source'], where: Occupant['where']): Pick<Occupant, 'where' | 'arranged'> {
  return source ? { where: { source }, arranged: true } : { where }
}

/** HAProxy: each port that it opens on a host. */
function proxiesOf(cell: Cell, text: CellText): Occupant[] {
  const base = {
    cell: cell.name,
    sharing: cell.allowSharedHost,
    component: 'haproxy',
    arranged: true,
  } as const
  const listeners = listenersOf(cell)
  const found = listeners.flatMap(({ name, hosts, listen }): Occupant[] => {
    const failover = name === 'loadbalancer' ? undefined : text[name]?.failover?.haproxy
    const owner: object = (name === 'loadbalancer' ? text.loadbalancer : failover) ?? {}
    const where = Object.hasOwn(owner, 'port') ? at(owner, 'port') : atKey(text, name)
    return hosts.map(host => ({ ...base, host, label: `HAProxy for the ${name}`, endpoint: listen, where }))
  })
  const first = new Map(found.map(one => [one.host, one] as const).toReversed())
  const own = [...first.values()].flatMap(one => [
    { ...one, label: "HAProxy's status", endpoint: proxyOwn.status },
    { ...one, label: "HAProxy's peers", endpoint: proxyOwn.peers },
  ])
  return [...found, ...own]
}

function movingOf(cell: Cell, text: CellText): Occupant[] {
  return vipsOf(cell).flatMap(({ name, hosts }) =>
    hosts.map(host => ({
      cell: cell.name,
      component: 'keepalived',
      host,
      label: 'keepalived',
      sharing: cell.allowSharedHost,
      where: atKey(text, name),
    })),
  )
}

/** The firewall of each host that has a closed port. */
function firewallOf(cell: Cell, text: CellText): Occupant[] {
  if (!cell.firewall) return []
  return closedHosts(cell).map(host => ({
    cell: cell.name,
    component: 'firewall',
    host,
    label: 'the firewall',
    sharing: cell.allowSharedHost,
    where: atKey(text, 'firewall'),
  }))
}

/** Reports hosts that would run a component for two cells: a host has one unit, config and data directory of each. */
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
          remedy: 'one host runs a component for one cell only: remove it from one of the two',
        },
      ),
    )
  }
}

function checkPorts(occupants: readonly Occupant[], problems: Problem[]): void {
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

/** Reports one listen address for several hosts: only its own host reaches a loopback, and any other is one host's. */
function checkReach(occupants: readonly Occupant[], problems: Problem[]): void {
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
}
