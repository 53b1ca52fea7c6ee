/** The mirrored pair of a cell, where each listens and answers. */
import type { PrometheusSettings } from '../../../roles/prometheus/settings/schema.ts'
import { wordsOn } from '../../inventory/cell/words-on.ts'
import type { Cell } from '../../inventory/model.ts'
import { isWildcard } from '../../inventory/value/endpoint.ts'
import { isLoopback } from '../../inventory/value/names.ts'
import { prometheusListens } from '../address/listeners.ts'
import type { Replica } from '../model.ts'
import { type Hosts, memberOf } from './members.ts'

export function replicasOf(cell: Cell, settings: PrometheusSettings, hosts: Hosts): readonly Replica[] {
  return settings.replicas.map(({ name, host }) => {
    const member = memberOf(host, settings, hosts)
    const listens = prometheusListens(cell, { name: host, address: member.address })
    if (listens.length < 2) return { name, ...member }
    const { listen } = wordsOn(settings, host)
    // With a load balancer at its port, loopback stands for all addresses, so that its own host finds it where it always was.
    const loopback = listens.find(({ address, port }) => isLoopback(address) && port === listen.port)
    const local = isWildcard(listen.address) && loopback ? loopback : member.local
    return { name, ...member, listens, local }
  })
}
