/** Cortex as a ring: what it is called, where it listens, and its config. */
import { toCortex } from '../objstore/translate.ts'
import { commonRingFlags, ringByGossip, ringPlaces, ringSelf, threeCopies } from '../ring/flags.ts'
import type { RingKind } from '../ring/kind.ts'
import { cortexConfig } from './config.ts'

export const cortexRing: RingKind = {
  name: 'cortex',
  label: 'Cortex',
  ports: { http: 9009, read: 9019, write: 9010 },
  ownFlags: {
    ...commonRingFlags,
    'auth.enabled': 'promha writes and reads without a tenant',
    'http.prefix': 'promha asks it and writes to it at the usual paths',
    'http.prometheus-http-prefix': 'promha asks it and writes to it at the usual paths',
    'distributor.replication-factor': threeCopies,
    'store-gateway.sharding-enabled': ringByGossip,
    'compactor.sharding-enabled': ringByGossip,
    'distributor.shard-by-all-labels': 'promha turns it on, since one series a metric would be on one member',
    'ring.store': ringByGossip,
    'ingester.lifecycler.*': ringSelf,
    'ingester.tokens-file-path': ringPlaces,
  },
  config: cortexConfig,
  bucket: toCortex,
}
