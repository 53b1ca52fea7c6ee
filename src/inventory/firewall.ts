/** Which hosts of a cell have ports that its firewall closes, and which hosts may still reach those ports. */
import { error, warning } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import { listenersOf } from './listeners.ts'
import type { Cell, Host } from './model.ts'
import { addressFault, isIp } from './names.ts'
import { at, quote, wasRejected } from './place.ts'
import type { CellText } from './schema.ts'
import { wordsOn } from './words-on.ts'

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

/** Reports ports that would be closed to everybody, and a firewall that closes none. */
function checkClosed(cell: Cell, text: CellText, { problems }: Context): void {
  const where = at(text.firewall ?? {}, 'enabled')
  if (closedHosts(cell).length === 0) {
    problems.push(
      warning(`the firewall of cell ${quote(cell.name)} has nothing to close`, {
        ...where,
        remedy: 'remove it, or add what it can close: exporters, probers or Alertmanagers',
      }),
    )
  }
  if (cell.prometheus || wasRejected(text, 'prometheus')) return
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
}

/**
 * Reports a firewall that closes too much or nothing, and admitted hosts whose address is a name: the name may get
 * another IP address while the rules keep the old one.
 */
export function checkFirewall(
  cell: Cell,
  text: CellText,
  hosts: ReadonlyMap<string, Host>,
  context: Context,
): void {
  if (!cell.firewall) return
  const { problems } = context
  checkClosed(cell, text, context)
  for (const name of admittedHosts(cell)) {
    const address = hosts.get(name)?.address ?? ''
    if (address === '' || isIp(address) || addressFault(address)) continue
    problems.push(
      error(
        `the firewall of cell ${quote(cell.name)} needs IP addresses, and host ${quote(name)} has the name ${quote(address)} as its address`,
        {
          ...at(text.firewall ?? {}, 'enabled'),
          remedy: `give host ${quote(name)} an IP address, or take the firewall out`,
        },
      ),
    )
  }
}
