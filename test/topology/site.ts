/** Random inventories of several cells with everything that may stand around a pair, as the reader would let them pass. */
import fc from 'fast-check'
import type { Failover } from '../../roles/common/failover.ts'
import type { VipSettings } from '../../src/inventory/cell/vip.ts'
import type { Cell, Host, Inventory } from '../../src/inventory/model.ts'
import { lookalikes } from '../../src/topology/rules/federation/federated.ts'
import { host, inventory, labCell, prometheusSettings } from './sample.ts'

/** What is chosen for one cell; numbers pick among its hosts. */
interface Draft {
  readonly subnet: number
  readonly sixth: boolean
  readonly hosts: number
  /** Of none there is no Prometheus. */
  readonly replicas: readonly number[]
  readonly peers: readonly number[]
  readonly exporters: readonly number[]
  readonly pushgateway: readonly [number, number] | undefined
  readonly probers: readonly number[]
  readonly balancers: readonly number[]
  readonly port: number
  readonly haproxy: { readonly pushgateway: boolean; readonly blackbox: boolean }
  readonly given: readonly boolean[]
  readonly probes: readonly string[]
  readonly prefix: string
  readonly replicaLabel: string
  readonly labels: Readonly<Record<string, string>>
  readonly external: Readonly<Record<string, string>>
  readonly from: readonly boolean[]
  readonly firewall: boolean
}

const most = 5
const indices = Array.from({ length: most }, (_, index) => index)
const some = (minLength: number) => fc.shuffledSubarray(indices, { minLength })

const draft: fc.Arbitrary<Draft> = fc.record({
  subnet: fc.nat(1),
  sixth: fc.boolean(),
  hosts: fc.integer({ min: 2, max: most }),
  replicas: fc.oneof({ weight: 5, arbitrary: some(1) }, { weight: 1, arbitrary: fc.constant([]) }),
  peers: some(1),
  exporters: some(0),
  pushgateway: fc.option(fc.constantFrom<[number, number]>([0, 1], [1, 0]), { nil: undefined }),
  probers: some(0),
  balancers: some(0),
  port: fc.constantFrom(9090, 9080),
  haproxy: fc.record({ pushgateway: fc.boolean(), blackbox: fc.boolean() }),
  given: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  probes: fc.array(fc.constantFrom('http_2xx', 'icmp'), { maxLength: 3 }),
  prefix: fc.constantFrom('', '/prom'),
  // What one cell calls its replicas by, another one calls its hosts or itself by.
  replicaLabel: fc.constantFrom('prometheus_replica', 'replica', '__replica__', 'tier', 'region'),
  labels: fc.dictionary(fc.constantFrom('tier', 'rack'), fc.constantFrom('1', '2'), {
    noNullPrototype: true,
  }),
  external: fc.dictionary(fc.constantFrom('region', 'zone', 'replica'), fc.constantFrom('1', '2', 'r0'), {
    noNullPrototype: true,
  }),
  from: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  firewall: fc.boolean(),
})

/** Up to four cells. Each collects from earlier ones only, so there is no circle; no address is anybody's twice. */
export const randomSite: fc.Arbitrary<Inventory> = fc
  .array(draft, { minLength: 1, maxLength: 4 })
  .map(drafts => siteOf(drafts))
  .filter(({ cells }) => cells.every(cell => lookalikes(cell, cells).length === 0))

function siteOf(drafts: readonly Draft[]): Inventory {
  const hosts: Host[] = []
  const cells = drafts.map((each, index) => {
    const own = Array.from({ length: each.hosts }, (_, at) =>
      host(`h${index}-${at}`, addressIn(each, 10 + index * 10 + at), { ...each.labels, at: `${at}` }),
    )
    hosts.push(...own)
    return cellOf(index, each, own, drafts)
  })
  return inventory(cells, { hosts })
}

function addressIn({ subnet, sixth }: Draft, last: number): string {
  return sixth ? `fd00:0:0:${subnet}::${last}` : `10.0.${subnet}.${last}`
}

function cellOf(index: number, each: Draft, hosts: readonly Host[], drafts: readonly Draft[]): Cell {
  const named = (chosen: readonly number[]) =>
    chosen.flatMap(at => {
      const found = hosts[at]
      return found ? [found.name] : []
    })
  const atLeastOne = (chosen: readonly number[]) => {
    const found = named(chosen)
    return found.length > 0 ? found : [hosts[0]?.name ?? '']
  }
  const vip = (at: number): VipSettings => ({
    address: addressIn(each, 100 + index * 10 + at),
    prefix: each.sixth ? 64 : 24,
    ...(each.given[at] ? { vrid: 1 + index * 3 + at } : {}),
  })
  const failover = (at: number, haproxy: boolean): Failover =>
    haproxy ? { kind: 'haproxy', port: 9191 + at } : { kind: 'vip', ...vip(at) }
  const [active = '', passive = ''] = named(each.pushgateway ?? [])
  const probers = named(each.probers)
  const paired = each.replicas.length > 0
  const balancers = paired ? named(each.balancers) : []
  const from = each.from
    .slice(0, index)
    .flatMap((wanted, other) =>
      paired && wanted && drafts[other]?.replicas.length !== 0 ? [`cell-${other}`] : [],
    )
  const flags: Record<string, string> = each.prefix === '' ? {} : { 'web.route-prefix': each.prefix }
  const { [each.replicaLabel]: _, ...external } = each.external
  const everywhere = each.sixth ? '::' : '0.0.0.0'
  const { prometheus, ...rest } = labCell()
  return {
    ...rest,
    name: `cell-${index}`,
    hosts: hosts.map(({ name }) => name),
    ...(paired
      ? {
          prometheus: prometheusSettings({
            replicas: atLeastOne(each.replicas).map((name, at) => ({ name: `r${at}`, host: name })),
            replicaLabel: each.replicaLabel,
            externalLabels: external,
            flags,
          }),
        }
      : {}),
    alertmanager: {
      ...(rest.alertmanager ?? { config: {}, templates: [], flags: {} }),
      hosts: atLeastOne(each.peers),
      listen: { address: '0.0.0.0', port: 9093 },
      clusterListen: { address: '0.0.0.0', port: 9094 },
    },
    exporters: {
      node_exporter: {
        job: 'node',
        hosts: named(each.exporters),
        listen: { address: '0.0.0.0', port: 9100 },
        flags: {},
      },
    },
    ...(each.pushgateway
      ? {
          pushgateway: {
            active,
            passive,
            failover: failover(0, each.haproxy.pushgateway),
            listen: { address: everywhere, port: 9091 },
            flags: {},
          },
        }
      : {}),
    ...(probers.length > 0
      ? {
          blackbox: {
            hosts: probers,
            ...(probers.length > 1 ? { failover: failover(1, each.haproxy.blackbox) } : {}),
            listen: { address: everywhere, port: 9115 },
            modules: { http_2xx: { prober: 'http' }, icmp: { prober: 'icmp' } },
            probes: each.probes.map(module => ({
              parameters: { module },
              targets: ['https://example.org', 'example.org'],
              labels: {},
            })),
            flags: {},
          },
        }
      : {}),
    ...(balancers.length > 0 ? { loadbalancer: { hosts: balancers, vip: vip(2), port: each.port } } : {}),
    ...(from.length > 0 ? { federation: { from, match: ['{__name__=~"job:.*"}'] } } : {}),
    // Where nobody scrapes, nobody would be let in.
    ...(each.firewall && paired ? { firewall: true as const } : {}),
  }
}
