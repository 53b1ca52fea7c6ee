/** What HAProxy and Prometheus listen on, as far as it does not follow from one key of the inventory. */
import { error, type Problem } from '../diagnostic/problem.ts'
import { isWildcard } from './endpoint.ts'
import type { Cell, Endpoint, Host } from './model.ts'
import { addressFault, isIp } from './names.ts'
import { atKey, quote } from './place.ts'
import type { CellText } from './schema.ts'
import { vipsOf } from './vips.ts'
import { wordsOn } from './words-on.ts'

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

/** What every HAProxy also listens on: for its own status and metrics, and for the other HAProxies of its cell. */
export const proxyOwn = {
  status: { address: '127.0.0.1', port: 8405 },
  peers: { address: '0.0.0.0', port: 8406 },
} as const satisfies Readonly<Record<string, Endpoint>>

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

/** Reports names where HAProxy needs addresses: it resolves names at its start, and fails to start if it cannot. */
export function checkListeners(
  cells: readonly Cell[],
  texts: ReadonlyMap<string, CellText>,
  hosts: readonly Host[],
  problems: Problem[],
): void {
  const addresses = new Map(hosts.map(({ name, address }) => [name, address]))
  for (const cell of cells) {
    const told = new Set(vipsOf(cell).flatMap(({ hosts: members }) => members))
    for (const { name, hosts: having, to } of listenersOf(cell)) {
      for (const host of new Set([...having, ...to])) {
        const address = addresses.get(host) ?? ''
        if (told.has(host) || address === '' || isIp(address) || addressFault(address)) continue
        told.add(host)
        problems.push(
          error(
            `HAProxy for the ${name} of cell ${quote(cell.name)} needs IP addresses, and host ${quote(host)} has the name ${quote(address)} as its address`,
            {
              ...atKey(texts.get(cell.name) ?? {}, name),
              remedy: `give host ${quote(host)} an IP address; the name can stay under its "ssh: host:"`,
            },
          ),
        )
      }
    }
  }
}
