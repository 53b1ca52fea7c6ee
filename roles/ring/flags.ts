/** Flags of Cortex and Mimir that promha answers for by their config. A flag counts more than the config. */
import type { Own } from '../../src/inventory/cell/flags.ts'

import type { SecretFlags } from '../storage/secret-flags.ts'

/** Of caches, rings and buckets that promha does not set up. Neither program takes such a value from a file or a variable. */
export const ringSecrets: SecretFlags = {
  names:
    /(?:^|[.-])(?:password|secret|secret-access-key|secret-id|account-key|connection-string|service-account|token|acl-token|sign-write-requests-keys)$/,
  instead: 'Remove this flag: promha cannot keep its value secret.',
}

const plainHttp = 'promha asks it by plain HTTP; TLS is not supported yet'
const self = 'promha tells each member its name and address'
const places = 'promha keeps its data below /var/lib'
const rings = 'promha has its members find each other by gossip'

/** Those that both have under the same name. */
export const commonRingFlags: Own = {
  'config.*': 'promha writes its config; other flags may stand beside it',
  modules: 'it ends the program',
  'print.config': 'it ends the program',
  'help-all': 'it ends the program',
  target: 'promha runs all parts of it that a store needs in one process',
  'server.http-listen-*': 'use "listen"',
  'server.grpc-listen-*': 'promha has it listen at the address of its host, port 9095',
  'server.http-tls*': plainHttp,
  'server.grpc-tls*': plainHttp,
  'server.register-instrumentation': 'promha asks for its metrics',
  'server.path-prefix': 'promha asks it and writes to it without a prefix',
  'memberlist.bind-*': self,
  'memberlist.advertise-*': self,
  'memberlist.nodename': self,
  'memberlist.join': rings,
  'memberlist.abort-if-*': rings,
  'distributor.ha-tracker.*': 'use "ha"',
  'distributor.ring.*': rings,
  'compactor.ring.*': rings,
  'store-gateway.sharding-ring.*': rings,
  'compactor.data-dir': places,
  'compactor.blocks-retention-period': 'use "retention"',
  'querier.frontend-address': self,
  'blocks-storage.backend': 'use "objstore"',
  'blocks-storage.tsdb.dir': places,
  'blocks-storage.bucket-store.sync-dir': places,
  'blocks-storage.s3.*': 'use "objstore"',
  'blocks-storage.gcs.*': 'use "objstore"',
  'blocks-storage.azure.*': 'use "objstore"',
  'blocks-storage.swift.*': 'use "objstore"',
  'blocks-storage.filesystem.*': 'use "objstore"',
}

/** Why three copies are not a matter of choice. */
export const threeCopies = 'promha keeps three copies: with two, no member may be away'
export { places as ringPlaces, plainHttp as ringPlainHttp, rings as ringByGossip, self as ringSelf }
