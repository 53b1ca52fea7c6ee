/** Who may reach which of promha's ports if a cell wants a firewall, and on which hosts tables are watched. */
import type { Cell } from '../inventory/model.ts'
import type { CellTopology, Guarded, Member } from './model.ts'

type Rule = Guarded['rules'][number]
type Parts = Pick<
  CellTopology,
  'replicas' | 'peers' | 'exporters' | 'pushgateways' | 'probers' | 'proxies' | 'peered'
>

/**
 * Exporters and probers answer the cell's Prometheus hosts, the gossip of Alertmanagers their peers. What keepalived and
 * HAProxy say to each other is closed without a firewall too: see `peered.ts`.
 *
 * What people and other programs ask stays open: Prometheus' and Alertmanager's own ports, the load balancer's, and
 * where it is pushed to. Behind HAProxy that is HAProxy's port, and the Pushgateways themselves are closed to all but
 * the HAProxies: what is pushed past them could end up with the one that is not scraped.
 */
export function guardedOf(cell: Cell, parts: Parts): readonly Guarded[] {
  const rules = cell.firewall ? rulesOf(cell, parts) : new Map<string, readonly Rule[]>()
  const hosts = new Set([...rules.keys(), ...parts.peered.map(({ host }) => host)])
  return [...hosts].map(host => ({ host, rules: rules.get(host) ?? [] }))
}

/** One table a host: that of the cell with rules for it, otherwise of the first. The reader refuses rules of two cells. */
export function oncePerHost(cells: readonly CellTopology[]): readonly CellTopology[] {
  const owners = new Map<string, string>()
  const claims = cells.flatMap(({ name, guarded }) => guarded.map(one => ({ ...one, cell: name })))
  for (const { host, cell } of [...claims.filter(({ rules }) => rules.length > 0), ...claims])
    if (!owners.has(host)) owners.set(host, cell)
  return cells.map(cell => ({
    ...cell,
    guarded: cell.guarded.filter(({ host }) => owners.get(host) === cell.name),
  }))
}

/** Host → its rules; nothing of a host without one. */
function rulesOf(cell: Cell, parts: Parts): ReadonlyMap<string, readonly Rule[]> {
  const { replicas, peers, exporters, pushgateways, probers, proxies } = parts
  const rules = new Map<string, Rule[]>()
  const close = (host: string, rule: Rule) => rules.set(host, [...(rules.get(host) ?? []), rule])
  const tcp = (members: readonly Member[], what: string, from: readonly string[]) => {
    for (const { host, port } of members) close(host, { protocol: 'tcp', port, from, what })
  }
  const scrapers = addresses(replicas)
  for (const { members } of exporters) tcp(members, 'exporters', scrapers)
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
  return rules
}

/** Each once and sorted, so that the order in the inventory changes no rule. */
function addresses(of: readonly { readonly address: string }[]): readonly string[] {
  return [...new Set(of.map(({ address }) => address))].sort()
}
