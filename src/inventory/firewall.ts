/** Whom a cell's firewall lets in, as far as it has to know them by their IP addresses. */
import { error } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import { listenersOf } from './listeners.ts'
import type { Cell, Host } from './model.ts'
import { addressFault, isIp } from './names.ts'
import { at, quote } from './place.ts'
import type { CellText } from './schema.ts'

/** Hosts of the cell that may reach a port which nobody else may. */
export function admittedHosts(cell: Cell): readonly string[] {
  const replicas = cell.prometheus?.replicas.map(({ host }) => host) ?? []
  const proxied = listenersOf(cell).flatMap(({ hosts }) => hosts)
  return [...new Set([...replicas, ...(cell.alertmanager?.hosts ?? []), ...proxied])]
}

/** Reports admitted hosts whose address is a name: what a name stands for may change while the rules stay. */
export function checkFirewall(
  cell: Cell,
  text: CellText,
  hosts: ReadonlyMap<string, Host>,
  { problems }: Context,
): void {
  if (!cell.firewall) return
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
