/** What runs of Thanos: sidecars beside the replicas, queries, and with an object store gateways and one compactor. */
import type { Own } from '../../src/inventory/cell/flags.ts'
import type { Cell, CommonSettings } from '../../src/inventory/model.ts'
import type { ChangeOrder, ComponentDefinition } from '../component.ts'
import { storeTrial } from '../objstore/trial.ts'
import { storeMembers } from '../storage/store.ts'
import { compactorFlags, queryFlags, sidecarFlags, storeFlags } from './flags.ts'
import { thanosRelease, thanosReleaseName } from './release.ts'

interface Part {
  readonly name: `thanos_${string}`
  /** Below `storage.thanos`. */
  readonly key: 'sidecar' | 'query' | 'store' | 'compactor'
  readonly noun: string
  readonly account: 'prometheus' | 'thanos'
  readonly ownFlags: Own
  readonly port: number
  readonly order: Omit<ChangeOrder, 'oneByOne'>
}

function component({ name, key, port, order, ...rest }: Part): ComponentDefinition {
  return {
    ...rest,
    name,
    key: ['storage', 'thanos', key],
    settings: (cell: Cell): CommonSettings | undefined => cell.storage?.thanos?.[key],
    release: thanosRelease,
    releaseName: thanosReleaseName,
    members: storeMembers(name),
    readyCheck: 'storage.ready',
    checks: async () => (await import('./checks.ts')).checksOfPart(name),
    ...(key === 'query' ? {} : { trial: storeTrial(storage => storage.thanos?.objstore) }),
    health: { address: '127.0.0.1', port, readyPath: '/-/ready', loaded: 'none' },
    order: { oneByOne: true, ...order },
  }
}

export const thanosSidecar = component({
  name: 'thanos_sidecar',
  key: 'sidecar',
  noun: 'sidecar',
  account: 'prometheus',
  ownFlags: sidecarFlags,
  port: 10_902,
  order: {
    follows: [{ what: ['prometheus'], because: 'a sidecar reads and uploads what its replica writes' }],
  },
})

export const thanosStore = component({
  name: 'thanos_store',
  key: 'store',
  noun: 'store gateway',
  account: 'thanos',
  ownFlags: storeFlags,
  port: 10_906,
  order: {
    precedes: [{ what: ['thanos_sidecar'], because: 'the store gateways read what the sidecars upload' }],
  },
})

export const thanosCompactor = component({
  name: 'thanos_compactor',
  key: 'compactor',
  noun: 'compactor',
  account: 'thanos',
  ownFlags: compactorFlags,
  port: 10_912,
  order: {
    alone: 'two compactors on one bucket would destroy data, so one stops before another one starts',
    precedes: [{ what: ['thanos_store'], because: 'the store gateways read what the compactor writes' }],
  },
})

export const thanosQuery = component({
  name: 'thanos_query',
  key: 'query',
  noun: 'query',
  account: 'thanos',
  ownFlags: queryFlags,
  port: 10_903,
  order: {
    follows: [
      {
        what: ['thanos_sidecar', 'thanos_store'],
        because: 'the queries ask the sidecars and the store gateways',
      },
    ],
    precedes: [
      {
        what: ['haproxy'],
        because: 'haproxy forwards to the queries and may need a port that one of them releases',
      },
      { what: ['keepalived'], because: 'the addresses of keepalived lead to the queries' },
    ],
  },
})
