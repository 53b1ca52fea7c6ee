/** The mirrored pair of a cell, where each listens and answers. */

import type { Cell, PrometheusSettings } from '../inventory/model.ts'
import { isLoopback } from '../inventory/names.ts'
import { prometheusListens } from './listeners.ts'
import { type Hosts, memberOf } from './members.ts'
import type { Replica } from './model.ts'

export function replicasOf(cell: Cell, settings: PrometheusSettings, hosts: Hosts): readonly Replica[] {
  return settings.replicas.map(({ name, host }) => {
    const member = memberOf(host, settings, hosts)
    const listens = prometheusListens(cell, { name: host, address: member.address })
    // Loopback is among them, so that its own host finds it where it always was.
    const local = listens.find(({ address }) => isLoopback(address)) ?? member.local
    return { name, ...member, ...(listens.length > 1 ? { listens, local } : {}) }
  })
}
