/** Which member of an active/passive pair is active: the one that answers where the pair is used. */
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Component, Endpoint } from '../inventory/model.ts'
import { localEndpoint } from '../topology/address.ts'
import type { CellTopology, Member } from '../topology/model.ts'
import { data, type GatewayStatus, paths } from './answers.ts'
import { sample } from './metrics.ts'
import type { Need } from './view.ts'

/** Two members, and what leads to one of them. */
export interface Doubled {
  readonly component: Component
  /** As the topology calls what leads to them. */
  readonly name: string
  /** What makes one of them the active one. */
  readonly by: 'keepalived' | 'haproxy'
  /** Asks each member which process it is, in the order of the members. */
  readonly own: readonly Need[]
  /** Asks the same at the address by which they are used, from each host where that counts. */
  readonly ways: readonly Need[]
}

/** What a frontend of HAProxy or an address that moves leads to, by the name that the topology gives it. */
export const behind: Readonly<Record<string, Component>> = {
  pushgateway: 'pushgateway',
  blackbox: 'blackbox_exporter',
  loadbalancer: 'prometheus',
}

/** Undefined if nothing leads to one of several: there is only one member, or all are used at once. */
export function doubledIn(cell: CellTopology, component: Component): Doubled | undefined {
  const name = Object.keys(behind).find(key => behind[key] === component)
  const members =
    component === 'pushgateway'
      ? cell.pushgateways
      : component === 'blackbox_exporter'
        ? cell.probers
        : undefined
  const first = members?.[0]
  if (name === undefined || members === undefined || first === undefined) return undefined
  const address = cell.movingAddresses.find(moving => moving.name === name)
  const own = members.map(member => needAt(component, member, member.host, member.local))
  if (address) {
    const at = { address: address.address, port: first.port }
    // The members too: each of two that both have it would reach itself.
    const hosts = new Set([...cell.replicas, ...address.members].map(({ host }) => host))
    const ways = [...hosts].map(host => needAt(component, first, host, at))
    return { component, name, by: 'keepalived', own, ways }
  }
  const ways = cell.proxies.flatMap(({ host, frontends }) =>
    frontends
      .filter(frontend => frontend.name === name)
      .map(({ listen }) => needAt(component, first, host, localEndpoint(listen))),
  )
  return ways.length === 0 ? undefined : { component, name, by: 'haproxy', own, ways }
}

function needAt(component: Component, { pathPrefix = '' }: Member, host: string, local: Endpoint): Need {
  const path = component === 'pushgateway' ? paths.gateway : paths.metrics
  return {
    program: { host, component, local, instance: joinHostPort(local) },
    path: `${pathPrefix}${path}`,
  }
}

/** What tells one process from another, by its answer to {@link Doubled.own}; undefined where it does not say. */
export function processOf(component: Component, body: unknown): string | undefined {
  if (component === 'pushgateway') return data<GatewayStatus>(body).start_time
  const [started, loaded] = [
    'process_start_time_seconds',
    'blackbox_exporter_config_last_reload_success_timestamp_seconds',
  ].map(name => sample(String(body), name))
  // Two hosts that were booted together may have started it in the same hundredth of a second.
  return started === undefined ? undefined : `${started} ${loaded}`
}
