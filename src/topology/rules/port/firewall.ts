/** Which hosts of a cell have ports that its firewall closes, and which hosts may still reach those ports. */
import { storageProblem } from '../../../../roles/storage/messages.ts'
import type { Problem } from '../../../diagnostic/problem.ts'
import { wordsOn } from '../../../inventory/cell/words-on.ts'
import type { Cell, Host, Inventory } from '../../../inventory/model.ts'
import { atKeyOf, atValueOf, cellTextOf } from '../../../inventory/origin.ts'
import { wasRejected } from '../../../inventory/text/place.ts'
import { isNamed } from '../../../inventory/value/names.ts'
import { listenersOf } from '../../address/listeners.ts'
import { vipsOf } from '../../address/vips.ts'
import { topologyProblem } from '../../messages.ts'
import { placedPrograms } from '../../store/programs.ts'

interface Site {
  readonly cells: readonly Cell[]
  readonly hosts: ReadonlyMap<string, Host>
}

/** Hosts with a closed port. The clients of Prometheus and of a Pushgateway without HAProxy are unknown: these stay open. */
export function closedHosts(cell: Cell, cells: readonly Cell[]): readonly string[] {
  const { alertmanager, exporters = {}, blackbox } = cell
  const closed = [alertmanager, ...Object.values(exporters), blackbox].flatMap(part => part?.hosts ?? [])
  const proxied = listenersOf(cell, cells).filter(({ name }) => name === 'pushgateway')
  return [
    ...new Set([...closed, ...proxied.flatMap(({ to }) => to), ...storeHosts(cell), ...grafanaHosts(cell)]),
  ]
}

/** Their ports are closed even if the cell wants no firewall. */
export function storeHosts(cell: Cell): readonly string[] {
  return [...new Set(placedPrograms(cell).flatMap(({ program }) => program.hosts))]
}

/** Their port is closed too, behind HAProxy. */
function grafanaHosts({ grafana }: Cell): readonly string[] {
  return grafana?.vip ? grafana.hosts : []
}

interface Site {
  readonly cells: readonly Cell[]
  readonly hosts: ReadonlyMap<string, Host>
}

/** Firewalls that close too much or nothing, and admitted names, whose IP address may change while the rules stay. */
export function firewallProblems({ cells, hosts }: Pick<Inventory, 'cells' | 'hosts'>): readonly Problem[] {
  const site: Site = { cells, hosts: new Map(hosts.map(host => [host.name, host])) }
  return cells.flatMap(cell =>
    cell.firewall
      ? [...closedProblems(cell, cells), ...admittedProblems(cell, site)]
      : [...storeProblems(cell, site), ...grafanaProblems(cell, site)],
  )
}

/** Ports that would be closed to everybody, and a firewall that closes none. */
function closedProblems(cell: Cell, cells: readonly Cell[]): readonly Problem[] {
  const where = atValueOf(cell, ['firewall', 'enabled'])
  const problems: Problem[] = []
  if (closedHosts(cell, cells).length === 0) problems.push(topologyProblem.nothingToClose(where, cell.name))
  if (cell.prometheus || wasRejected(cellTextOf(cell), 'prometheus')) return problems
  const parts = [...Object.entries(cell.exporters ?? {}), ['the blackbox exporter', cell.blackbox]] as const
  for (const [what, part] of parts) {
    const [host] = part?.hosts ?? []
    if (part === undefined || host === undefined) continue
    const { port } = wordsOn(part, host).listen
    problems.push(topologyProblem.portClosedToAll(where, cell.name, port, what))
  }
  return problems
}

function storeProblems(cell: Cell, site: Site): readonly Problem[] {
  const own = storeHosts(cell)
  if (own.length === 0 && cell.storage?.cell === undefined) return []
  const reading = cell.grafana?.hosts ?? []
  return named(cell, [...own, ...replicaHosts(cell), ...reading], site).map(one =>
    storageProblem.storeNeedsIp(atKeyOf(cell, 'storage'), { cell: cell.name, ...one }),
  )
}

function grafanaProblems(cell: Cell, site: Site): readonly Problem[] {
  if (grafanaHosts(cell).length === 0) return []
  return named(cell, replicaHosts(cell), site).map(one =>
    topologyProblem.grafanaNeedsIp(atKeyOf(cell, 'grafana'), { cell: cell.name, ...one }),
  )
}

function admittedProblems(cell: Cell, site: Site): readonly Problem[] {
  const where = atValueOf(cell, ['firewall', 'enabled'])
  const peers = cell.alertmanager?.hosts ?? []
  return named(cell, [...replicaHosts(cell), ...peers, ...storeHosts(cell)], site).map(({ host, address }) =>
    topologyProblem.firewallNeedsIp(where, cell.name, host, address),
  )
}

function replicaHosts({ prometheus }: Cell): readonly string[] {
  return prometheus?.replicas.map(({ host }) => host) ?? []
}

/** Those of the hosts, each once, whose address is a name. Of those with a HAProxy, or behind one, it is told anyway. */
function named(cell: Cell, names: readonly string[], { cells, hosts }: Site) {
  const proxied = listenersOf(cell, cells).flatMap(listener => [...listener.hosts, ...listener.to])
  const told = new Set([...vipsOf(cell).flatMap(vip => vip.hosts), ...proxied])
  return [...new Set(names)].flatMap(host => {
    const address = hosts.get(host)?.address ?? ''
    return isNamed(address) && !told.has(host) ? [{ host, address }] : []
  })
}
