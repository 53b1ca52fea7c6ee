/** Who stands in for whom: the members of each component of a cell, and how one is asked whether it serves. */
import type { Component, Endpoint } from '../inventory/model.ts'
import type { CellTopology, Member } from './model.ts'
import { proxyHealth, proxyHealthPath } from './proxy.ts'

interface Standby {
  readonly host: string
  /** Where it is asked, 200 being well; absent for what answers no questions: then its unit alone tells. */
  readonly asked?: {
    /** As its own host sees it. */
    readonly local: Endpoint
    /** As others see it; absent where they cannot ask. */
    readonly remote?: Endpoint
    readonly readyPath: string
  }
}

/** Those that stand in for each other, in the order of the topology; none of a component whose members do not. */
export function standbysOf(cell: CellTopology, component: Component): readonly Standby[] {
  switch (component) {
    case 'prometheus':
      return cell.replicas.map(member => asked(member, '/-/ready'))
    case 'alertmanager':
      return cell.peers.map(member => asked(member, '/-/ready'))
    case 'pushgateway':
      return cell.pushgateways.map(member => asked(member, '/-/ready'))
    case 'blackbox_exporter':
      return cell.probers.map(member => asked(member, '/-/healthy'))
    case 'haproxy':
      return cell.proxies.map(({ host }) => ({
        host,
        asked: { local: proxyHealth, readyPath: proxyHealthPath },
      }))
    case 'keepalived':
      return unique(cell.movingAddresses.flatMap(({ members }) => members.map(member => member.host))).map(
        host => ({ host }),
      )
    default:
      return []
  }
}

function asked({ host, address, port, local, pathPrefix }: Member, path: string): Standby {
  return { host, asked: { local, remote: { address, port }, readyPath: `${pathPrefix ?? ''}${path}` } }
}

const doubled = [
  'prometheus',
  'alertmanager',
  'pushgateway',
  'blackbox_exporter',
  'haproxy',
  'keepalived',
] as const

/** Every host with a member that stands in for another. */
export function standbyHosts(cell: CellTopology): readonly string[] {
  return unique(doubled.flatMap(component => standbysOf(cell, component).map(({ host }) => host)))
}

/** What an address moves away from where it is restarted: the host that has the address comes last. */
export function isBehindAddress(component: Component): boolean {
  return ['pushgateway', 'blackbox_exporter', 'haproxy', 'keepalived'].includes(component)
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)]
}
