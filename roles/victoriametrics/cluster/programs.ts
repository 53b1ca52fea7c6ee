/** Ports and flags of the programs of a VictoriaMetrics cluster, by upstream's documentation and code of 1.150.0. */
import type { Own } from '../../../src/inventory/cell/flags.ts'
import { everyVictoriaMetrics } from '../flags.ts'

/** Where each answers HTTP. */
export const clusterPorts = { storage: 8482, insert: 8480, select: 8481 } as const

/** Where a vmstorage hears the others. */
export const storagePorts = { insert: 8400, select: 8401 } as const

/** Of the one tenant that promha uses. */
export const tenantPath = {
  write: '/insert/0/prometheus/api/v1/write',
  read: '/select/0/prometheus',
} as const

const common: Own = {
  ...everyVictoriaMetrics,
  'http.pathPrefix': 'promha asks it without a prefix',
}

const everyStorage = 'promha names every vmstorage, in the same order everywhere'
const oneReplication = 'use "replication", which is the same for all programs'
const dedup = 'promha sets it to the scrape interval of the replicas'

/** Flags that promha sets itself. */
export const clusterOwnFlags = {
  storage: {
    ...common,
    storageDataPath: 'promha keeps the data in /var/lib/vmstorage',
    retentionPeriod: 'use "retention"',
    'dedup.minScrapeInterval': dedup,
    vminsertAddr: 'promha has it listen on port 8400',
    vmselectAddr: 'promha has it listen on port 8401',
  },
  insert: { ...common, 'storageNode*': everyStorage, replicationFactor: oneReplication },
  select: {
    ...common,
    'storageNode*': everyStorage,
    replicationFactor: oneReplication,
    'dedup.minScrapeInterval': dedup,
    cacheDataPath: 'promha keeps the cache in /var/lib/vmselect',
  },
} satisfies Readonly<Record<string, Own>>
