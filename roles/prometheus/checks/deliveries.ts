/** Has this Prometheus delivered alerts of late? Read from its own counters, as scraped by itself and as they stand. */
import { rangeQuery, type Series } from '../../../src/verify/answer/answers.ts'
import { buildVersion, sample, samples } from '../../../src/verify/answer/metrics.ts'
import { authority } from './alertmanagers.ts'

/** Seconds; alerts that stay are sent again every minute (`--rules.alert.resend-delay`). */
const window = 300

const counters = {
  sent: 'prometheus_notifications_sent_total',
  errors: 'prometheus_notifications_errors_total',
  requests: 'prometheus_notifications_latency_seconds_count',
} as const
const start = 'process_start_time_seconds'

/** The counters of the last minutes, where the replica scrapes itself as INSTANCE. */
export function counted(instance: string) {
  const names = [...Object.values(counters), start, 'prometheus_build_info'].join('|')
  const selector = `{__name__=~"${names}",job="prometheus",instance=${JSON.stringify(instance)}}`
  return rangeQuery(`${selector}[${window}s]`)
}

/** Alerts delivered within the window, by `HOST:PORT`. `live`: /metrics, of a process too young for its own scrapes. */
export function deliveries(scraped: readonly Series[], live?: string): ReadonlyMap<string, number> {
  const named = (name: string) => scraped.filter(({ metric }) => metric.__name__ === name)
  const started = (live && sample(live, start)) || Number(named(start).at(-1)?.values.at(-1)?.[1] ?? 0)
  const version =
    (live && buildVersion(live, 'prometheus')) || named('prometheus_build_info').at(-1)?.metric.version || ''
  // Sent ones include those that failed; until version 3 failures were counted in batches.
  const attempts = version.startsWith('2.') ? counters.requests : counters.sent

  const increase = (name: string): ReadonlyMap<string, number> => {
    const now = new Map(
      live
        ? samples(live, name).map(({ labels, value }) => [authority(labels.alertmanager ?? ''), value])
        : [],
    )
    const before = new Map(
      named(name).map(({ metric, values }) => [authority(metric.alertmanager ?? ''), values]),
    )
    const increases = new Map<string, number>()
    for (const to of new Set([...now.keys(), ...before.keys()])) {
      const values = (before.get(to) ?? []).filter(([at]) => at >= started)
      const [first, last] = [values[0], values.at(-1)]
      const young = !first || !last || started > last[0] - window
      increases.set(to, (now.get(to) ?? Number(last?.[1] ?? 0)) - (young ? 0 : Number(first[1])))
    }
    return increases
  }

  const [tried, failed] = [increase(attempts), increase(counters.errors)]
  return new Map([...tried].map(([to, count]) => [to, count - (failed.get(to) ?? 0)]))
}
