/** The Grafanas of a cell: the same on each host, and read-only. */
import { wordsOn } from '../../inventory/cell/words-on.ts'
import type { Cell, Host, PlacedEndpoint } from '../../inventory/model.ts'
import { isWildcard } from '../../inventory/value/endpoint.ts'
import { localEndpoint } from '../address/service-endpoint.ts'
import type { Member } from '../model.ts'
import { type Hosts, memberOf } from './members.ts'

export function grafanasOf({ grafana }: Pick<Cell, 'grafana'>, hosts: Hosts): readonly Member[] {
  if (!grafana) return []
  return grafana.hosts.map(host => {
    const member = memberOf(host, grafana, hosts)
    const listen = grafanaListen(grafana, { name: host, address: member.address })
    return { ...member, local: localEndpoint(listen) }
  })
}

/** It listens on one address: behind HAProxy on its own, which HAProxy and the replicas reach. */
export function grafanaListen(
  grafana: NonNullable<Cell['grafana']>,
  { name, address }: Pick<Host, 'name' | 'address'>,
): PlacedEndpoint {
  const { listen } = wordsOn(grafana, name)
  return grafana.vip && isWildcard(listen.address) ? { ...listen, address } : listen
}
