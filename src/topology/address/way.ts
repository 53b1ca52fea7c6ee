/** What leads to one of several members that stand in for each other: an address that moves, or the HAProxy of each host. */
import type { Component, Endpoint } from '../../inventory/model.ts'
import type { CellTopology, Member } from '../model.ts'
import { localEndpoint } from './service-endpoint.ts'

interface Way {
  /** What makes one of the members the active one. */
  readonly by: Component
  /** Where that runs. */
  readonly hosts: readonly string[]
  /** It leads there only while it runs on all of them; else while it runs on one. */
  readonly needsAll: boolean
  readonly members: readonly Member[]
  /** Where the members are used, as seen by each host where that counts. */
  readonly asked: readonly { readonly host: string; readonly at: Endpoint }[]
}

/** What a frontend of HAProxy or an address that moves leads to, by the name that the topology gives it. */
export const behindName: Readonly<Record<string, Component>> = {
  pushgateway: 'pushgateway',
  blackbox: 'blackbox_exporter',
  loadbalancer: 'prometheus',
  grafana: 'grafana',
}

/** Undefined if nothing leads to one of several: there is only one member, or all are used at once. */
export function wayTo(cell: CellTopology, component: Component): Way | undefined {
  const members = membersInTurn(cell, component)
  const [first] = members
  const name = Object.keys(behindName).find(key => behindName[key] === component)
  if (first === undefined || name === undefined) return undefined
  const address = cell.movingAddresses.find(moving => moving.name === name)
  if (address) {
    const at = { address: address.address, port: first.port }
    const hosts = hostsOf(address.members)
    // The members too: each of two that both have it would reach itself.
    const all = new Set([...hostsOf(cell.replicas), ...hosts])
    const asked = [...all].map(host => ({ host, at }))
    return { by: 'keepalived', hosts, needsAll: false, members, asked }
  }
  const asked = cell.proxies.flatMap(({ host, frontends }) =>
    frontends
      .filter(frontend => frontend.name === name)
      .map(({ listen }) => ({ host, at: localEndpoint(listen) })),
  )
  if (asked.length === 0) return undefined
  return { by: 'haproxy', hosts: hostsOf(cell.proxies), needsAll: true, members, asked }
}

/** Of what is used one at a time. */
function membersInTurn(cell: CellTopology, component: Component): readonly Member[] {
  if (component === 'pushgateway') return cell.pushgateways
  return component === 'blackbox_exporter' ? cell.probers : []
}

/** Hosts among which the address of that name moves. */
export function vrrpHostsOf({ movingAddresses }: CellTopology, name: string): readonly string[] {
  return hostsOf(movingAddresses.find(address => address.name === name)?.members ?? [])
}

export function hostsOf(members: readonly { readonly host: string }[]): readonly string[] {
  return members.map(({ host }) => host)
}
