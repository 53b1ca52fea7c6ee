/** Who may reach which of promha's ports if a cell wants a firewall, and on which hosts tables are watched. */
import { grouped } from '../diagnostic/grouped.ts'
import type { Cell } from '../inventory/model.ts'
import type { CellTopology, FirewallRules, Member } from './model.ts'

type Rule = FirewallRules['rules'][number]
type Parts = Pick<
  CellTopology,
  | 'replicas'
  | 'peers'
  | 'exporters'
  | 'pushgateways'
  | 'probers'
  | 'stores'
  | 'grafanas'
  | 'proxies'
  | 'peered'
>

/**
 * Exporters answer the Prometheus hosts, gossip its peers. Behind HAProxy a Pushgateway answers HAProxies only. A store
 * takes what anybody writes and forgets what anybody deletes, so its ports are closed even if the cell wants no firewall;
 * and so is that of a Grafana behind HAProxy, which leads people to the one that is up.
 */
export function firewallRulesOf(cell: Cell, parts: Parts): readonly FirewallRules[] {
  const rules = byHost([
    ...(cell.firewall ? wantedRules(cell, parts) : []),
    ...storeRules(parts),
    ...grafanaRules(cell, parts),
  ])
  const hosts = new Set([...rules.keys(), ...parts.peered.map(({ host }) => host)])
  return [...hosts].map(host => ({ host, rules: rules.get(host) ?? [] }))
}

/** One table a host: that of the cell with rules for it, otherwise of the first. The reader refuses rules of two cells. */
export function oncePerHost(cells: readonly CellTopology[]): readonly CellTopology[] {
  const owners = new Map<string, string>()
  const claims = cells.flatMap(({ name, firewallRules: perHost }) =>
    perHost.map(one => ({ ...one, cell: name })),
  )
  for (const { host, cell } of [...claims.filter(({ rules }) => rules.length > 0), ...claims])
    if (!owners.has(host)) owners.set(host, cell)
  return cells.map(cell => ({
    ...cell,
    firewallRules: cell.firewallRules.filter(({ host }) => owners.get(host) === cell.name),
  }))
}

/** Host → its rules; nothing of a host without one. */
function byHost(rules: readonly HostRule[]): ReadonlyMap<string, readonly Rule[]> {
  const groups = grouped(rules, ({ host }) => host)
  return new Map([...groups].map(([host, own]) => [host, own.map(({ rule }) => rule)]))
}

interface HostRule {
  readonly host: string
  readonly rule: Rule
}

function tcp(members: readonly Member[], what: string, from: readonly string[]): readonly HostRule[] {
  return members.flatMap(({ host, port, otherPorts = [] }) =>
    [port, ...otherPorts].map(each => ({ host, rule: { protocol: 'tcp', port: each, from, what } })),
  )
}

function wantedRules(cell: Cell, parts: Parts): readonly HostRule[] {
  const { replicas, peers, exporters, pushgateways, probers, proxies } = parts
  const scrapers = addresses(replicas)
  const leading = proxies.filter(({ frontends }) => frontends.some(({ name }) => name === 'pushgateway'))
  const isProxied = cell.pushgateway?.failover.kind === 'haproxy'
  const from = addresses(peers)
  return [
    ...exporters.flatMap(({ members }) => tcp(members, 'exporters', scrapers)),
    ...(isProxied ? tcp(pushgateways, 'pushgateway', addresses(leading)) : []),
    ...tcp(probers, 'blackbox', scrapers),
    ...peers.flatMap(({ host, cluster: { port } }) =>
      (['tcp', 'udp'] as const).map(protocol => ({ host, rule: { protocol, port, from, what: 'cluster' } })),
    ),
  ]
}

/** Open to those who write to it, to Grafanas that read from it, to its own hosts, and to the HAProxies that lead to it. */
function storeRules({ stores, proxies }: Parts): readonly HostRule[] {
  return [...grouped(stores, ({ store }) => store)].flatMap(([store, programs]) => {
    const leading = proxies.filter(({ frontends }) => frontends.some(({ name }) => name === store))
    const own = programs.flatMap(({ members }) => members)
    const writing = programs.flatMap(({ writers }) => writers.flatMap(({ replicas }) => replicas))
    const reading = programs.flatMap(one => one.reading)
    const all = addresses([...writing, ...reading, ...own, ...leading])
    const membersOf = (components: readonly string[]) =>
      programs.flatMap(one => (components.includes(one.component) ? one.members : []))
    return programs.flatMap(({ members, readBy }) =>
      tcp(members, store, all).map(({ host, rule }) => {
        const readers = readBy?.get(rule.port)
        return { host, rule: readers ? { ...rule, from: addresses(membersOf(readers)) } : rule }
      }),
    )
  })
}

function grafanaRules({ grafana }: Cell, { grafanas, proxies, replicas }: Parts): readonly HostRule[] {
  if (!grafana?.vip) return []
  const leading = proxies.filter(({ frontends }) => frontends.some(({ name }) => name === 'grafana'))
  return tcp(grafanas, 'grafana', addresses([...replicas, ...leading]))
}

/** Each once and sorted, so that the order in the inventory changes no rule. */
function addresses(of: readonly { readonly address: string }[]): readonly string[] {
  return [...new Set(of.map(({ address }) => address))].sort()
}
