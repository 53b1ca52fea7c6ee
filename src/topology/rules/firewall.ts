/** Which hosts of a cell have ports that its firewall closes, and which hosts may still reach those ports. */
import { error, type Problem, warning } from '../../diagnostic/problem.ts'
import type { Cell, Host, Inventory } from '../../inventory/model.ts'
import { addressFault, isIp } from '../../inventory/names.ts'
import { atValueOf, cellTextOf } from '../../inventory/origin.ts'
import { quote, wasRejected } from '../../inventory/place.ts'
import { wordsOn } from '../../inventory/words-on.ts'
import { listenersOf } from '../listeners.ts'

/** Hosts of the cell that may reach at least one closed port. */
function admittedHosts(cell: Cell): readonly string[] {
  const replicas = cell.prometheus?.replicas.map(({ host }) => host) ?? []
  const proxied = listenersOf(cell).flatMap(({ hosts }) => hosts)
  return [...new Set([...replicas, ...(cell.alertmanager?.hosts ?? []), ...proxied])]
}

/**
 * Hosts of the cell on which the firewall closes a port. Prometheus stays open, and so does a Pushgateway, because their
 * clients are not known. A Pushgateway behind HAProxy is closed: its clients use HAProxy.
 */
export function closedHosts(cell: Cell): readonly string[] {
  const { alertmanager, exporters = {}, blackbox } = cell
  const closed = [alertmanager, ...Object.values(exporters), blackbox].flatMap(part => part?.hosts ?? [])
  const proxied = listenersOf(cell).filter(({ name }) => name === 'pushgateway')
  return [...new Set([...closed, ...proxied.flatMap(({ to }) => to)])]
}

/**
 * Firewalls that close too much or nothing, and admitted hosts whose address is a name: the name may get another IP address
 * while the rules keep the old one.
 */
export function firewallProblems({ cells, hosts }: Pick<Inventory, 'cells' | 'hosts'>): readonly Problem[] {
  const byName = new Map(hosts.map(host => [host.name, host]))
  return cells
    .filter(cell => cell.firewall)
    .flatMap(cell => [...closedProblems(cell), ...admittedProblems(cell, byName)])
}

/** Ports that would be closed to everybody, and a firewall that closes none. */
function closedProblems(cell: Cell): readonly Problem[] {
  const where = atValueOf(cell, ['firewall', 'enabled'])
  const problems: Problem[] = []
  if (closedHosts(cell).length === 0) {
    problems.push(
      warning(`the firewall of cell ${quote(cell.name)} has nothing to close`, {
        ...where,
        remedy: 'remove it, or add what it can close: exporters, probers or Alertmanagers',
      }),
    )
  }
  if (cell.prometheus || wasRejected(cellTextOf(cell), 'prometheus')) return problems
  for (const [what, part] of [
    ...Object.entries(cell.exporters ?? {}),
    ['the blackbox exporter', cell.blackbox],
  ] as const) {
    if (part === undefined || part.hosts.length === 0) continue
    problems.push(
      error(
        `the firewall of cell ${quote(cell.name)} would close port ${wordsOn(part, part.hosts[0] ?? '').listen.port} of ${what} to every host: the cell has no Prometheus`,
        { ...where, remedy: 'add "prometheus:" to the cell, or remove the firewall' },
      ),
    )
  }
  return problems
}

function admittedProblems(cell: Cell, hosts: ReadonlyMap<string, Host>): readonly Problem[] {
  return admittedHosts(cell).flatMap(name => {
    const address = hosts.get(name)?.address ?? ''
    if (address === '' || isIp(address) || addressFault(address)) return []
    return error(
      `the firewall of cell ${quote(cell.name)} needs IP addresses, and host ${quote(name)} has the name ${quote(address)} as its address`,
      {
        ...atValueOf(cell, ['firewall', 'enabled']),
        remedy: `give host ${quote(name)} an IP address, or take the firewall out`,
      },
    )
  })
}
