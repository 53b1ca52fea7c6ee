/** Mimir as a ring: what it is called, where it listens, and its config. */
import { toMimir } from '../objstore/translate.ts'
import { commonRingFlags, ringByGossip, threeCopies } from '../ring/flags.ts'
import type { RingKind } from '../ring/kind.ts'
import { mimirConfig } from './config.ts'

export const mimirRing: RingKind = {
  name: 'mimir',
  label: 'Mimir',
  ports: { http: 8080, read: 8081, write: 9011 },
  ownFlags: {
    ...commonRingFlags,
    'auth.*': 'promha writes and reads without a tenant',
    'http.prometheus-http-prefix': 'promha asks it and writes to it at the usual paths',
    'ingester.ring.replication-factor': threeCopies,
    'ingester.ring.*': ringByGossip,
    'ingest-storage.*': 'promha runs it without Kafka',
    'common.storage.*': 'use "objstore"',
    'blocks-storage.storage-prefix': 'use the "prefix" of "objstore"',
  },
  config: mimirConfig,
  bucket: toMimir,
}
