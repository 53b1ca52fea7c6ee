/** Who may reach which of promha's ports, where a cell wants a firewall. */
import type { Cell } from '../inventory/model.ts'
import type { CellTopology, Guarded, Member } from './model.ts'
import { proxyPeerPort } from './proxy.ts'

type Rule = Guarded['rules'][number]
type Parts = Pick<
  CellTopology,
  'replicas' | 'peers' | 'nodeExporters' | 'pushgateways' | 'probers' | 'proxies'
>

/**
 * Exporters and probers answer the cell's Prometheus hosts, the gossip of Alertmanagers and of HAProxies their peers.
 *
 * What people and other programs ask stays open: Prometheus' and Alertmanager's own ports, the load balancer's, and
 * where it is pushed to. Behind HAProxy that is HAProxy's port, and the Pushgateways themselves are closed to all but
 * the HAProxies: what is pushed past them could end up with the one that nobody scrapes.
 */
export function guardedOf(cell: Cell, parts: Parts): readonly Guarded[] {
  if (!cell.firewall) return []
  const { replicas, peers, nodeExporters, pushgateways, probers, proxies } = parts
  const rules = new Map<string, Rule[]>()
  const close = (host: string, rule: Rule) => rules.set(host, [...(rules.get(host) ?? []), rule])
  const tcp = (members: readonly Member[], what: string, from: readonly string[]) => {
    for (const { host, port } of members) close(host, { protocol: 'tcp', port, from, what })
  }
  const scrapers = addresses(replicas)
  tcp(nodeExporters, 'exporters', scrapers)
  if (cell.pushgateway?.failover.kind === 'haproxy') {
    const leading = proxies.filter(({ frontends }) => frontends.some(({ name }) => name === 'pushgateway'))
    tcp(pushgateways, 'pushgateway', addresses(leading))
  }
  tcp(probers, 'blackbox', scrapers)
  const gossip = addresses(peers)
  for (const { host, cluster } of peers) {
    close(host, { protocol: 'tcp', port: cluster.port, from: gossip, what: 'cluster' })
    close(host, { protocol: 'udp', port: cluster.port, from: gossip, what: 'cluster' })
  }
  const others = addresses(proxies)
  for (const { host } of proxies) {
    close(host, { protocol: 'tcp', port: proxyPeerPort, from: others, what: 'haproxy' })
  }
  return [...rules].map(([host, own]) => ({ host, rules: own }))
}

/** Each once and sorted, so that the order in the inventory changes no rule. */
function addresses(of: readonly { readonly address: string }[]): readonly string[] {
  return [...new Set(of.map(({ address }) => address))].sort()
}
