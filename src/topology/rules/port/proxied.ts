/** HAProxy resolves names at its start, and fails to start if it cannot, so what it leads to needs addresses. */
import type { Problem } from '../../../diagnostic/problem.ts'
import type { Inventory } from '../../../inventory/model.ts'
import { atKeyOf } from '../../../inventory/origin.ts'
import { isNamed } from '../../../inventory/value/names.ts'
import { listenerLabel, listenersOf } from '../../address/listeners.ts'
import { vipsOf } from '../../address/vips.ts'
import { topologyProblem } from '../../messages.ts'

/** Names where HAProxy needs addresses. */
export function proxiedProblems({ cells, hosts }: Pick<Inventory, 'cells' | 'hosts'>): readonly Problem[] {
  const addresses = new Map(hosts.map(({ name, address }) => [name, address]))
  return cells.flatMap(cell => {
    const reported = new Set(vipsOf(cell).flatMap(({ hosts: members }) => members))
    return listenersOf(cell, cells).flatMap(listener =>
      [...new Set([...listener.hosts, ...listener.to])].flatMap(host => {
        const address = addresses.get(host) ?? ''
        if (reported.has(host) || !isNamed(address)) return []
        reported.add(host)
        const label = listenerLabel(listener)
        const where = atKeyOf(cell, listener.path[0])
        return topologyProblem.proxyNeedsIp(where, { label, cell: cell.name, host, address })
      }),
    )
  })
}
