/** What HAProxy and Prometheus listen on, as far as it does not follow from one key of the inventory. */
import { relayEndpoint } from '../../../roles/storage/relay.ts'
import type { StoreRead } from '../../../roles/storage/store.ts'
import { layoutsOf } from '../../../roles/storage/stores.ts'
import { listensOn, wordsOn } from '../../inventory/cell/words-on.ts'
import type { Cell, Component, Endpoint, Host, PlacedEndpoint } from '../../inventory/model.ts'
import { isWildcard } from '../../inventory/value/endpoint.ts'

/** One replica's addresses: its own and loopback instead of all, if the load balancer has the same host and port. */
export function prometheusListens(
  { prometheus, loadbalancer }: Pick<Cell, 'prometheus' | 'loadbalancer'>,
  { name, address }: Pick<Host, 'name' | 'address'>,
): readonly PlacedEndpoint[] {
  if (!prometheus) return []
  const loopback = address.includes(':') ? '::1' : '127.0.0.1'
  const balanced = loadbalancer?.hosts.includes(name) ? loadbalancer.port : undefined
  return listensOn(prometheus, name).flatMap(listen => {
    const { port } = listen
    if (port !== balanced || !isWildcard(listen.address)) return [listen]
    return [
      { address, port },
      { address: loopback, port },
    ]
  })
}

/** One thing that HAProxy listens for, on every host that has a HAProxy for it. */
export interface Listener {
  readonly name: string
  /** The path in the cell below which its port is written. */
  readonly path: readonly [string, ...string[]]
  /** Absent, if it is not by which a store is read. */
  readonly read?: StoreRead
  /** Absent, if it is not by which a store is written to. */
  readonly relay?: ListenerRelay
  readonly hosts: readonly string[]
  /** Those that it leads to. */
  readonly to: readonly string[]
  readonly listen: Endpoint
}

interface ListenerRelay {
  /** The cell that has the store. */
  readonly owner: string
  readonly component: Component
  readonly readyPath: string
}

/** As messages call it. A store has one for those who read it, and one for those who write to it. */
export function listenerLabel({ name, read, relay }: Listener): string {
  if (read) return `HAProxy for readers of ${name}`
  if (relay) return `HAProxy for writers to ${relay.component}`
  return `HAProxy for the ${name}`
}

/** What a cell's HAProxies listen for. `cells`: all, for the store of another one. */
export function listenersOf(cell: Cell, cells: readonly Cell[]): readonly Listener[] {
  const { prometheus, pushgateway, blackbox, loadbalancer, grafana } = cell
  const replicas = prometheus?.replicas.map(({ host }) => host) ?? []
  const found: Listener[] = []
  if (pushgateway?.failover.kind === 'haproxy') {
    // On all addresses, because clients outside the cell push to it too.
    const { active, passive, failover } = pushgateway
    const to = [active, passive]
    const isIpv6 = to.some(host => wordsOn(pushgateway, host).listen.address.includes(':'))
    const listen = { address: isIpv6 ? '::' : '0.0.0.0', port: failover.port }
    const path = ['pushgateway', 'failover', 'haproxy'] as const
    found.push({ name: 'pushgateway', path, hosts: [...new Set([...replicas, ...to])], to, listen })
  }
  if (blackbox?.failover?.kind === 'haproxy') {
    // Only the Prometheus of the same host uses it.
    const listen = { address: '127.0.0.1', port: blackbox.failover.port }
    const path = ['blackbox', 'failover', 'haproxy'] as const
    found.push({ name: 'blackbox', path, hosts: [...new Set(replicas)], to: blackbox.hosts, listen })
  }
  if (loadbalancer) {
    const { hosts, vip, port } = loadbalancer
    const path = ['loadbalancer'] as const
    found.push({ name: 'loadbalancer', path, hosts, to: replicas, listen: { address: vip.address, port } })
  }
  if (grafana?.vip) {
    const { hosts, vip, port } = grafana
    const listen = { address: vip.address, port }
    found.push({ name: 'grafana', path: ['grafana'], hosts, to: hosts, listen })
  }
  for (const { key, read, programs } of layoutsOf(cell.storage)) {
    if (!read) continue
    const to = programs.filter(({ component }) => component === read.to).flatMap(({ hosts }) => hosts)
    const { hosts, vip, port } = read
    const listen = { address: vip.address, port }
    found.push({ name: key, path: ['storage', key, 'read'], hosts, to, listen, read })
  }
  return [...found, ...relaysOf(cell, cells)]
}

/** On the hosts of the replicas that write: its own store's and the one that it shares. */
function relaysOf({ name, prometheus, storage }: Cell, cells: readonly Cell[]): readonly Listener[] {
  const hosts = [...new Set(prometheus?.replicas.map(({ host }) => host))]
  if (hosts.length === 0) return []
  const owners = cells.filter(one => one.name === name || one.name === storage?.cell)
  return owners.flatMap(owner =>
    layoutsOf(owner.storage).flatMap(({ key, relay, programs }): readonly Listener[] => {
      if (!relay) return []
      const { to: component, readyPath } = relay
      const to = programs.filter(one => one.component === component).flatMap(one => one.hosts)
      const isOwn = owner.name === name
      return [
        {
          name: isOwn ? `${key}-write` : `${key}-write-${owner.name}`,
          path: isOwn ? ['storage', key, 'write'] : ['storage', 'cell'],
          ...{ hosts, to, listen: relayEndpoint(relay) },
          relay: { owner: owner.name, component, readyPath },
        },
      ]
    }),
  )
}
