/** What HAProxy and Prometheus listen on, as far as it does not follow from one key of the inventory. */
import { isWildcard } from '../inventory/endpoint.ts'
import type { Cell, Endpoint, Host } from '../inventory/model.ts'
import { wordsOn } from '../inventory/words-on.ts'

/**
 * What one replica listens on. If the load balancer has the same host and port, HAProxy takes the address that moves, so
 * Prometheus listens on the host's own address and loopback instead of all addresses.
 */
export function prometheusListens(
  { prometheus, loadbalancer }: Pick<Cell, 'prometheus' | 'loadbalancer'>,
  { name, address }: Pick<Host, 'name' | 'address'>,
): readonly Endpoint[] {
  if (!prometheus) return []
  const { listen } = wordsOn(prometheus, name)
  const shared = loadbalancer?.port === listen.port && loadbalancer.hosts.includes(name)
  if (!shared || !isWildcard(listen.address)) return [listen]
  const loopback = address.includes(':') ? '::1' : '127.0.0.1'
  return [
    { address, port: listen.port },
    { address: loopback, port: listen.port },
  ]
}

/** One thing that HAProxy listens for, on every host that has a HAProxy for it. */
export interface Listener {
  readonly name: 'pushgateway' | 'blackbox' | 'loadbalancer'
  readonly hosts: readonly string[]
  /** Those that it leads to. */
  readonly to: readonly string[]
  readonly listen: Endpoint
}

/** What a cell's HAProxies listen for. */
export function listenersOf(cell: Cell): readonly Listener[] {
  const { prometheus, pushgateway, blackbox, loadbalancer } = cell
  const replicas = prometheus?.replicas.map(({ host }) => host) ?? []
  const found: Listener[] = []
  if (pushgateway?.failover.kind === 'haproxy') {
    // On all addresses, because clients outside the cell push to it too.
    const { active, passive, failover } = pushgateway
    const to = [active, passive]
    const isIpv6 = to.some(host => wordsOn(pushgateway, host).listen.address.includes(':'))
    const listen = { address: isIpv6 ? '::' : '0.0.0.0', port: failover.port }
    found.push({ name: 'pushgateway', hosts: [...new Set([...replicas, ...to])], to, listen })
  }
  if (blackbox?.failover?.kind === 'haproxy') {
    // Only the Prometheus of the same host uses it.
    const listen = { address: '127.0.0.1', port: blackbox.failover.port }
    found.push({ name: 'blackbox', hosts: [...new Set(replicas)], to: blackbox.hosts, listen })
  }
  if (loadbalancer) {
    const { hosts, vip, port } = loadbalancer
    found.push({ name: 'loadbalancer', hosts, to: replicas, listen: { address: vip.address, port } })
  }
  return found
}
