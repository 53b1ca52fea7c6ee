/** HAProxy resolves names at its start, and fails to start if it cannot, so what it leads to needs addresses. */
import { error, type Problem } from '../../diagnostic/problem.ts'
import type { Inventory } from '../../inventory/model.ts'
import { addressFault, isIp } from '../../inventory/names.ts'
import { atKeyOf } from '../../inventory/origin.ts'
import { quote } from '../../inventory/place.ts'
import { listenersOf } from '../listeners.ts'
import { vipsOf } from '../vips.ts'

/** Names where HAProxy needs addresses. */
export function proxiedProblems({ cells, hosts }: Pick<Inventory, 'cells' | 'hosts'>): readonly Problem[] {
  const addresses = new Map(hosts.map(({ name, address }) => [name, address]))
  return cells.flatMap(cell => {
    const told = new Set(vipsOf(cell).flatMap(({ hosts: members }) => members))
    return listenersOf(cell).flatMap(({ name, hosts: having, to }) =>
      [...new Set([...having, ...to])].flatMap(host => {
        const address = addresses.get(host) ?? ''
        if (told.has(host) || address === '' || isIp(address) || addressFault(address)) return []
        told.add(host)
        return error(
          `HAProxy for the ${name} of cell ${quote(cell.name)} needs IP addresses, and host ${quote(host)} has the name ${quote(address)} as its address`,
          {
            ...atKeyOf(cell, name),
            remedy: `give host ${quote(host)} an IP address; the name can stay under its "ssh: host:"`,
          },
        )
      }),
    )
  })
}
