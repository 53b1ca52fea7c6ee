/** Flags of Thanos that promha sets itself, and what to use instead. */
import type { Own } from '../../src/inventory/cell/flags.ts'

import type { SecretFlags } from '../storage/secret-flags.ts'

/** Its secrets are in configs, of which each can be a file. What remains are addresses with a password. */
export const thanosSecrets: SecretFlags = { names: /(?!)/, instead: '' }

const plain = 'promha asks it by plain HTTP and gRPC; TLS and passwords are not supported yet'
const prefix = 'promha asks it without a prefix'
const inFile = (flag: string) =>
  `a config on the command line can be read by every user of the host; use "${flag}"`

const common: Own = {
  'http-address': 'use "listen"',
  'http.config': plain,
  'tracing.config': inFile('tracing.config-file'),
}

const grpc: Own = {
  'grpc-address': 'promha sets its port',
  'grpc-server-tls-*': plain,
}

const bucket: Own = {
  'objstore.config': 'use "objstore"',
  'objstore.config-file': 'use "objstore"',
}

export const sidecarFlags: Own = {
  ...common,
  ...grpc,
  ...bucket,
  'tsdb.path': 'promha sets it to "data_dir" of Prometheus',
  'prometheus.url': 'promha sets it to the address at which Prometheus listens',
  'prometheus.http-client': inFile('prometheus.http-client-file'),
  'prometheus.get_config_interval': 'promha sets it to 5s, so that a restart of Prometheus is seen soon',
  'shipper.meta-file-name': 'Prometheus reads the file by its usual name',
  'reloader.*': 'promha reloads Prometheus itself',
}

export const queryFlags: Own = {
  ...common,
  ...grpc,
  'grpc-client-*': plain,
  'query.replica-label': 'promha sets it to "replica_label" of Prometheus',
  endpoint: 'promha lists the sidecars and the store gateways in a file',
  'endpoint*': 'promha lists the sidecars and the store gateways in a file',
  'store*': 'promha lists the sidecars and the store gateways in a file',
  'web.route-prefix': prefix,
  'web.external-prefix': prefix,
}

export const storeFlags: Own = {
  ...common,
  ...grpc,
  ...bucket,
  'data-dir': 'promha keeps its cache in /var/lib/thanos_store',
  'index-cache.config': inFile('index-cache.config-file'),
  'objstore-parquet.config': inFile('objstore-parquet.config-file'),
  'max-time': 'what lies between it and the oldest sample of the sidecars would be missing',
}

export const compactorFlags: Own = {
  ...common,
  ...bucket,
  'data-dir': 'promha keeps its work in /var/lib/thanos_compactor',
  'retention.*': 'use "retention"',
  wait: 'promha keeps it running',
  'deduplication.*': 'it merges the copies of both replicas for good, and wrong settings destroy them',
  'compact.enable-vertical-compaction': 'it merges overlapping blocks for good',
}
