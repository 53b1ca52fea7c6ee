/** Flags of VictoriaMetrics that the inventory may not set, and what to use instead. */
import type { Own } from '../../src/inventory/cell/flags.ts'
import type { SecretFlags } from '../storage/secret-flags.ts'

const plainHttp = 'promha asks it by plain HTTP; TLS and passwords are not supported yet'
const openPort = 'it opens a port that promha does not close to others'

/** Of a single node and of each program of a cluster. */
export const everyVictoriaMetrics: Own = {
  'httpListenAddr*': 'use "listen"',
  'graphiteListenAddr*': openPort,
  'influxListenAddr*': openPort,
  'opentsdbListenAddr*': openPort,
  'opentsdbHTTPListenAddr*': openPort,
  'clusternativeListenAddr*': openPort,
  vmselectAddr: openPort,
  vminsertAddr: openPort,
  'envflag.*': 'variables of "environment" could then set the flags that promha sets',
  enableTCP6: 'promha sets it if an address of "listen" is IPv6',
  dryRun: 'it ends the program',
  tls: plainHttp,
  mtls: plainHttp,
  'httpAuth.*': plainHttp,
  metricsAuthKey: plainHttp,
}

export const victoriaMetricsOwnFlags: Own = {
  ...everyVictoriaMetrics,
  storageDataPath: 'promha keeps the data in /var/lib/victoriametrics',
  retentionPeriod: 'use "retention"',
  'dedup.minScrapeInterval': 'promha sets it to the scrape interval of the replicas',
  'http.pathPrefix': 'promha asks it and writes to it without a prefix',
  'promscrape.config.dryRun': 'it ends the program',
}

/** Each takes a file or a variable instead of the secret. */
export const victoriaMetricsSecrets: SecretFlags = {
  names: /(?:AuthKey|[Pp]assword|^license|^pushmetrics\.header)$/,
  elsewhere: /^(?:file:\/\/\S+|(?:[\w-]+: *(?:\w+ +)?)?%\{\w+\})$/,
  instead: 'Put the secret into "environment: { NAME: … }", and write "%{NAME}" as the value of this flag.',
  variable: /%\{\w+\}/g,
}
