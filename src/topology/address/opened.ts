/** The addresses that people open: those that move first, otherwise those of the programs themselves. */
import { joinHostPort } from '../../inventory/value/endpoint.ts'
import type { CellTopology, Member } from '../model.ts'
import type { Frontend } from './frontend.ts'

/** Of one thing in one cell; several URLs lead to several programs of a kind. */
export interface OpenAddress {
  readonly cell: string
  /** As a reader knows it: `queries`, `Prometheus a`, `Alertmanager`. */
  readonly name: string
  readonly urls: readonly string[]
}

/** A URL with a slash at its end. `prefix`: below which it serves, as `/prometheus`. */
export function webUrl(endpoint: Pick<Member, 'address' | 'port'>, prefix = ''): string {
  return `http://${joinHostPort(endpoint)}${prefix}/`
}

/** In the order in which a person looks for them. */
export function addressesToOpen(cell: CellTopology): readonly OpenAddress[] {
  const { replicas, peers, grafanas, pushgateways, storeDatasources } = cell
  const urlOf = (member: Member) => webUrl(member, member.pathPrefix)
  const prefix = replicas[0]?.pathPrefix
  const found: readonly (readonly [string, readonly string[]])[] = [
    ['queries', frontendUrls(cell, 'loadbalancer', prefix)],
    ...replicas.map(replica => [`Prometheus ${replica.name}`, [urlOf(replica)]] as const),
    ['Alertmanager', peers.map(urlOf)],
    ['Grafana', behindOr(frontendUrls(cell, 'grafana'), grafanas.map(urlOf))],
    ['push to', pushUrls(cell, pushgateways)],
    ...storeDatasources.map(({ name, url }) => [name, [url]] as const),
  ]
  return found.filter(([, urls]) => urls.length > 0).map(([name, urls]) => ({ cell: cell.name, name, urls }))
}

/** Where HAProxy listens for that: at the one address that moves, or on each of its hosts. */
function frontendUrls(cell: CellTopology, name: Frontend['name'], prefix?: string): readonly string[] {
  const moving = cell.movingAddresses.some(one => one.name === name)
  const urls = cell.proxies.flatMap(({ address, frontends }) =>
    frontends
      .filter(one => one.name === name)
      .map(({ listen }) => webUrl(moving ? listen : { address, port: listen.port }, prefix)),
  )
  return [...new Set(urls)]
}

function pushUrls(cell: CellTopology, members: readonly Member[]): readonly string[] {
  const [active] = members
  if (active === undefined) return []
  const moving = cell.movingAddresses.find(({ name }) => name === 'pushgateway')
  if (moving) return [webUrl({ address: moving.address, port: active.port }, active.pathPrefix)]
  return frontendUrls(cell, 'pushgateway', active.pathPrefix)
}

function behindOr(address: readonly string[], own: readonly string[]): readonly string[] {
  return address.length > 0 ? address : own
}
