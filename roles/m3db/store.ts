/** M3DB as a long-term store: every replica writes to every node, and any node answers for all. */

import { atKeyOf } from '../../src/inventory/origin.ts'
import { quoted } from '../../src/inventory/text/place.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import { queryPaths } from '../storage/queries.ts'
import type { StoreDefinition, StoreLayout } from '../storage/store.ts'
import { m3db } from './component.ts'
import { m3dbEtcd } from './etcd/component.ts'
import { m3dbProblem } from './messages.ts'
import { aggregated, policyOf, readHeaders, writeHeaders } from './policy.ts'
import { etcdName, etcdPorts, m3dbName as key, m3dbPorts } from './ports.ts'
import { buildM3db, type M3dbSettings, type M3dbText, m3dbSchema } from './settings.ts'

declare module '../storage/store.ts' {
  interface Stores {
    m3db: { text: M3dbText; settings: M3dbSettings }
  }
}

export const m3dbStore: StoreDefinition<'m3db'> = {
  key,
  schema: m3dbSchema,
  build: buildM3db,
  besides: (_, cell) => [
    m3dbProblem.costs(atKeyOf(cell, 'storage'), `storage.m3db of cell ${quoted(cell.name)}`),
  ],
  rules: 'm3db/rules/m3db.yml',
  within: ['etcd'],
  components: [m3dbEtcd, m3db],
  layout: m3dbLayout,
}

function m3dbLayout(settings: M3dbSettings): StoreLayout {
  const { hosts, etcd, read, retention } = settings
  return {
    programs: [
      {
        ...{ component: etcdName, label: 'etcd', settings: etcd, hosts: etcd.hosts },
        path: ['storage', key, 'etcd'],
        spare: Math.floor((etcd.hosts.length - 1) / 2),
        // One for each call that it knows and each way in which that may end.
        scraped: { unkept: 'grpc_server_.+' },
        otherPorts: [etcdPorts.clients, etcdPorts.peers],
        readBy: new Map([
          [etcdPorts.clients, [etcdName, key]],
          [etcdPorts.peers, [etcdName]],
        ]),
      },
      {
        ...{ component: key, label: 'M3DB', settings, hosts, retention, path: ['storage', key] },
        // Two of three have to agree on each sample and each answer.
        spare: 1,
        otherPorts: [m3dbPorts.metrics, m3dbPorts.peers],
        // A small cell would write to it little else than what it tells of itself.
        scraped: { port: m3dbPorts.metrics, unkept: '.+_bucket' },
        readBy: new Map([[m3dbPorts.peers, [key]]]),
      },
    ],
    // Without a balancer: a node that dies takes with it what it has not made one sample of, and the others have that too.
    writes: members =>
      members(key).map(member => ({
        name: `m3db-${member.host}`,
        url: `http://${joinHostPort(member)}/api/v1/prom/remote/write`,
        member: member.host,
        replicaLabel: 'dropped',
        headers: writeHeaders,
      })),
    // Only HAProxy adds the headers without which every answer is empty.
    ...(read && {
      datasources: () => [
        {
          name: 'M3DB',
          url: `http://${joinHostPort({ address: read.vip.address, port: read.port })}`,
          jsonData: { prometheusVersion: '2.24.0' },
        },
      ],
      read: {
        ...read,
        to: key,
        readyPath: '/health',
        paths: queryPaths(['']),
        preferred: () => ({ path: '/ready', answer: `"id":"${aggregated}"` }),
        headers: writers =>
          readHeaders(
            policyOf(
              writers.length > 0 ? Math.min(...writers.map(one => one.interval)) : undefined,
              retention,
            ),
          ),
      },
    }),
  }
}
