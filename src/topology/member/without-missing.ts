/** A cell as it is while some of its programs are not installed. */
import type { Component } from '../../inventory/model.ts'
import type { Frontend } from '../address/frontend.ts'
import { behindName } from '../address/way.ts'
import type { CellTopology } from '../model.ts'

/** Whether the component is not installed on the host. */
export type IsMissing = (host: string, component: Component) => boolean

/** Members only: jobs and firewall rules stay as the configs have them. */
export function withoutMissing(cell: CellTopology, missing: IsMissing | undefined): CellTopology {
  if (missing === undefined) return cell
  const there =
    (component: Component) =>
    ({ host }: { readonly host: string }) =>
      !missing(host, component)
  const served = (frontend: Frontend): Frontend => {
    const component = frontend.component ?? behindName[frontend.name]
    return component ? { ...frontend, servers: frontend.servers.filter(there(component)) } : frontend
  }
  const { collection } = cell
  const sources = (collection?.sources ?? [])
    .map(source => ({ ...source, replicas: source.replicas.filter(there('prometheus')) }))
    .filter(({ replicas }) => replicas.length > 0)
  return {
    ...cell,
    replicas: cell.replicas.filter(there('prometheus')),
    peers: cell.peers.filter(there('alertmanager')),
    exporters: cell.exporters.map(one => ({ ...one, members: one.members.filter(there(one.component)) })),
    pushgateways: cell.pushgateways.filter(there('pushgateway')),
    probers: cell.probers.filter(there('blackbox_exporter')),
    grafanas: cell.grafanas.filter(there('grafana')),
    stores: cell.stores.map(one => ({
      ...one,
      members: one.members.filter(there(one.component)),
      writers: one.writers.map(writer => ({
        ...writer,
        replicas: writer.replicas.filter(there('prometheus')),
      })),
    })),
    proxies: cell.proxies
      .filter(there('haproxy'))
      .map(proxy => ({ ...proxy, frontends: proxy.frontends.map(served) })),
    movingAddresses: cell.movingAddresses.map(address => ({
      ...address,
      members: address.members.filter(there('keepalived')),
    })),
    firewallRules: cell.firewallRules.filter(there('firewall')),
    peered: cell.peered.map(({ host, keepalived, haproxy }) => ({
      host,
      ...(keepalived && there('keepalived')({ host }) ? { keepalived } : {}),
      ...(haproxy && there('haproxy')({ host }) ? { haproxy } : {}),
    })),
    ...(collection && { collection: { ...collection, sources } }),
  }
}
