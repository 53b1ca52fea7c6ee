/** Cortex and Mimir as long-term stores: any member takes what is written, and any answers for all. */
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import type { ComponentDefinition } from '../component.ts'
import { queryPaths } from '../storage/queries.ts'
import { relayUrl } from '../storage/relay.ts'
import type { StoreLayout } from '../storage/store.ts'
import { gossipPort, grpcPort, type RingKind, sendDeadline } from './kind.ts'
import type { RingSettings } from './settings.ts'

/** What runs where, and how it is written to and read from. */
export function ringLayout({ name, label }: RingKind, settings: RingSettings): StoreLayout {
  const { hosts, write, read } = settings
  const relay = { ...write, to: name, readyPath: '/ready' }
  return {
    programs: [
      {
        ...{ component: name, label, settings, hosts, path: ['storage', name] },
        // Two of three have to agree on each sample and each answer.
        spare: 1,
        otherPorts: [grpcPort, gossipPort],
      },
    ],
    relay,
    takeover: settings.failover,
    writes: () => [
      {
        name,
        url: `${relayUrl(write)}/api/v1/push`,
        // It knows by it who writes, and does not store it.
        replicaLabel: 'kept',
        // Soon enough that a replica that is well never looks like one that is away.
        queue: { batch_send_deadline: `${sendDeadline / 1000}s` },
      },
    ],
    datasources: members => {
      const places = read
        ? [{ name: label, address: read.vip.address, port: read.port }]
        : members(name).map(one => ({ ...one, name: `${label} ${one.host}` }))
      return places.map(one => ({
        name: one.name,
        url: `http://${joinHostPort(one)}/prometheus`,
        jsonData: { prometheusType: label },
      }))
    },
    ...(read && { read: { ...read, to: name, readyPath: '/ready', paths: queryPaths(['/prometheus']) } }),
  }
}

/** How its members are changed, among the rest of a cell. */
export function ringOrder(name: string): ComponentDefinition['order'] {
  return {
    oneByOne: true,
    precedes: [
      { what: ['prometheus'], because: `prometheus writes to ${name}` },
      { what: ['haproxy'], because: `haproxy forwards to ${name} and may need a port that it releases` },
      { what: ['keepalived'], because: `the addresses of keepalived lead to ${name}` },
    ],
  }
}
