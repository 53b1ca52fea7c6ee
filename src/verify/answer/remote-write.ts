/** What a Prometheus says of its remote write in its metrics: one queue for each entry of `remote_write`. */
import { sample, samples } from './metrics.ts'

export interface RemoteQueue {
  /** The entry's `name`; without one, six characters that Prometheus makes of the entry. */
  readonly remoteName: string
  /** May hold a secret, in its path or query too: print only what {@link sinkHost} leaves. */
  readonly url: string
  /** Time of the newest sample that Prometheus has, in seconds since the epoch; undefined before the first one. */
  readonly highest: number | undefined
  /** Time of the newest sample that left the queue, refused ones included; undefined before the first one. */
  readonly sent: number | undefined
  /** Samples and histograms that the sink refused. They are lost. This and `retried` count since the process started. */
  readonly failed: number
  /** Samples and histograms that were sent once more because the sink was away, too slow or full. */
  readonly retried: number
}

const prefix = 'prometheus_remote_storage'

/** In the order of the metrics. Empty if the running config has no `remote_write`. Tried with Prometheus 2.42 and 3.5. */
export function remoteQueues(metrics: string): readonly RemoteQueue[] {
  const highest = moment(sample(metrics, `${prefix}_highest_timestamp_in_seconds`))
  const sent = sums(metrics, ['queue_highest_sent_timestamp_seconds'])
  const failed = sums(metrics, ['samples_failed_total', 'histograms_failed_total'])
  const retried = sums(metrics, ['samples_retried_total', 'histograms_retried_total'])
  // Version 2 does not have the time of what it sent before there is one, but each queue counts its failures from the start.
  return samples(metrics, `${prefix}_samples_failed_total`).map(({ labels }) => {
    const { remote_name: remoteName = '', url = '' } = labels
    const key = keyOf(labels)
    return {
      ...{ remoteName, url, highest, sent: moment(sent.get(key)) },
      ...{ failed: failed.get(key) ?? 0, retried: retried.get(key) ?? 0 },
    }
  })
}

/**
 * Seconds by which the sink is behind Prometheus; undefined if nothing was sent yet, which is not caught up. Not
 * `queue_highest_timestamp_seconds` minus the same, since that stands still while the queue is full.
 */
export function lagOf({ highest, sent }: Pick<RemoteQueue, 'highest' | 'sent'>): number | undefined {
  return highest === undefined || sent === undefined ? undefined : Math.max(0, highest - sent)
}

/** Samples that the sink refused between two answers of one replica. A process that started meanwhile counts from 0. */
export function refusedSince(before: readonly RemoteQueue[], now: RemoteQueue): number {
  const was = before.find(({ remoteName, url }) => remoteName === now.remoteName && url === now.url)
  return was === undefined || was.failed > now.failed ? now.failed : now.failed - was.failed
}

/** When the process started, in seconds since the epoch: a sample that was sent and is newer proves the path to the sink. */
export function startedAt(metrics: string): number | undefined {
  return sample(metrics, 'process_start_time_seconds')
}

/** `HOST:PORT` of a sink, without the parts of its URL that may be secret. */
export function sinkHost({ url }: Pick<RemoteQueue, 'url'>): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that cannot be read'
}

/** Version 3 says 0 until there is one. */
function moment(value: number | undefined): number | undefined {
  return value === undefined || !(value > 0) ? undefined : value
}

/** By queue. */
function sums(metrics: string, names: readonly string[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { labels, value } of names.flatMap(name => samples(metrics, `${prefix}_${name}`)))
    sums.set(keyOf(labels), (sums.get(keyOf(labels)) ?? 0) + value)
  return sums
}

function keyOf({ remote_name, url }: Readonly<Record<string, string>>): string {
  return `${remote_name}\n${url}`
}
