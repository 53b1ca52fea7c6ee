/** Which hosts of a cell have ports that its firewall closes, and which hosts may still reach those ports. */
import { storageProblem } from '../../../../roles/storage/messages.ts'
import type { Problem } from '../../../diagnostic/problem.ts'
import { wordsOn } from '../../../inventory/cell/words-on.ts'
import type { Cell, Host, Inventory } from '../../../inventory/model.ts'
import { atKeyOf, atValueOf, cellTextOf } from '../../../inventory/origin.ts'
import { wasRejected } from '../../../inventory/text/place.ts'
import { isNamed } from '../../../inventory/value/names.ts'
import { listenersOf } from '../../address/listeners.ts'
import { topologyProblem } from '../../messages.ts'
import { placedPrograms } from '../../store/programs.ts'

function admittedHosts(cell: Cell, cells: readonly Cell[]): readonly string[] {
  const replicas = cell.prometheus?.replicas.map(({ host }) => host) ?? []
  const proxied = listenersOf(cell, cells).flatMap(({ hosts }) => hosts)
  return [...new Set([...replicas, ...(cell.alertmanager?.hosts ?? []), ...proxied])]
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

/** Firewalls that close too much or nothing, and admitted names, whose IP address may change while the rules stay. */
export function firewallProblems({ cells, hosts }: Pick<Inventory, 'cells' | 'hosts'>): readonly Problem[] {
  const byName = new Map(hosts.map(host => [host.name, host]))
  return cells.flatMap(cell =>
    cell.firewall
      ? [...closedProblems(cell, cells), ...admittedProblems(cell, byName, cells)]
      : [...storeProblems(cell, byName, cells), ...grafanaProblems(cell, byName)],
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

function storeProblems(
  cell: Cell,
  hosts: ReadonlyMap<string, Host>,
  cells: readonly Cell[],
): readonly Problem[] {
  const own = storeHosts(cell)
  if (own.length === 0 && cell.storage?.cell === undefined) return []
  const replicas = cell.prometheus?.replicas.map(({ host }) => host) ?? []
  const leading = listenersOf(cell, cells).flatMap(({ read }) => read?.hosts ?? [])
  return named([...own, ...replicas, ...leading], hosts).map(one =>
    storageProblem.storeNeedsIp(atKeyOf(cell, 'storage'), { cell: cell.name, ...one }),
  )
}

/** Its own hosts need addresses for HAProxy's sake already. */
function grafanaProblems(cell: Cell, hosts: ReadonlyMap<string, Host>): readonly Problem[] {
  if (grafanaHosts(cell).length === 0) return []
  const replicas = cell.prometheus?.replicas.map(({ host }) => host) ?? []
  const others = replicas.filter(host => !cell.grafana?.hosts.includes(host))
  return named(others, hosts).map(one =>
    topologyProblem.grafanaNeedsIp(atKeyOf(cell, 'grafana'), { cell: cell.name, ...one }),
  )
}

function admittedProblems(
  cell: Cell,
  hosts: ReadonlyMap<string, Host>,
  cells: readonly Cell[],
): readonly Problem[] {
  const where = atValueOf(cell, ['firewall', 'enabled'])
  return named([...admittedHosts(cell, cells), ...storeHosts(cell)], hosts).map(({ host, address }) =>
    topologyProblem.firewallNeedsIp(where, cell.name, host, address),
  )
}

/** Those of the hosts, each once, whose address is a name. */
function named(names: readonly string[], hosts: ReadonlyMap<string, Host>) {
  return [...new Set(names)].flatMap(host => {
    const address = hosts.get(host)?.address ?? ''
    return isNamed(address) ? [{ host, address }] : []
  })
}
