/** Prometheus' command line. */

import { joinHostPort } from '../../src/inventory/endpoint.ts'
import type { Endpoint, PrometheusSettings } from '../../src/inventory/model.ts'
import { wordsOn } from '../../src/inventory/words-on.ts'
import { withFeature } from '../features.ts'
import { type FlagValue, flagWords } from '../flags.ts'
import { atLeast } from '../resources.ts'

/**
 * The program and its arguments. Retention is said by flags, which every version takes; a config below 3.11 not.
 * @param several addresses only for a version that takes several
 */
export function prometheusCommand(
  settings: PrometheusSettings,
  version: string,
  host: string,
  several?: readonly Endpoint[],
): readonly string[] {
  const { retention, dataDir } = settings
  const { listen, flags } = wordsOn(settings, host)
  const listens = several ?? [listen]
  const own: [string, FlagValue][] = [
    ['config.file', '/etc/prometheus/prometheus.yml'],
    ['storage.tsdb.path', dataDir],
    ...listens.map((one): [string, FlagValue] => ['web.listen-address', joinHostPort(one)]),
  ]
  if (retention.time !== undefined) own.push(['storage.tsdb.retention.time', retention.time])
  if (retention.size !== undefined) own.push(['storage.tsdb.retention.size', retention.size])
  return ['/usr/local/bin/prometheus', ...flagWords(own, withExpansion(flags, version))]
}

/** Before 3.0 the replica's name in external_labels is expanded only where a feature is on: without it, a = b. */
function withExpansion(flags: PrometheusSettings['flags'], version: string): PrometheusSettings['flags'] {
  if (atLeast(version, '3.0.0-0')) return flags
  return withFeature(flags, 'expand-external-labels')
}
