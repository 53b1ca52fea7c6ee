/** What a Prometheus says of its remote write in its metrics: one queue for each entry of `remote_write`. */
import { type Sample, sample, samples } from './metrics.ts'

export interface RemoteQueue extends QueueCounts {
  /** The entry's `name`; without one, six characters that Prometheus makes of the entry. */
  readonly remoteName: string
  /** May hold a secret, in its path or query too: print only what {@link sinkHost} leaves. */
  readonly url: string
  /** Time of the newest sample that Prometheus has, in seconds since the epoch; undefined before the first one. */
  readonly highest: number | undefined
  /** Time of the newest sample that left the queue, refused ones included; undefined before the first one. */
  readonly sent: number | undefined
  /** A sample with a time in the future has left it, so `sent` says nothing and is left out. Its counts tell how it keeps up. */
  readonly ahead?: true
  /** Samples and histograms that the sink refused. They are lost. */
  readonly failed: number
}

/** All but `pending` count since the process started, or since the queue was made anew. */
export interface QueueCounts {
  /** Bytes that left the queue, refused ones included. */
  readonly bytes: number
  /** Samples and histograms that the queue has tried to send, each counted once. It falls for a moment at each retry. */
  readonly tried: number
  /** Samples and histograms that are in the queue; undefined if it does not say. */
  readonly pending: number | undefined
  /** How often a sample found no room in the queue and had to wait in the log. */
  readonly full: number
}

const prefix = 'prometheus_remote_storage'
/** Matches the names of what is counted of each queue, as a regular expression of PromQL. */
export const queueCounters = `${prefix}_((samples|histograms)_(failed_total|total|retried_total|pending)|bytes_total|enqueue_retries_total)`

/** Queues of one replica that promha follows. An inventory makes one for each member of a store, a few dozen at most. */
const mostQueues = 200

/** Why they are not followed; undefined if they are. */
export function tooManyQueues(queues: readonly RemoteQueue[]): string | undefined {
  if (queues.length <= mostQueues) return undefined
  return `it tells of ${queues.length} remote write queues, and promha follows ${mostQueues} at most`
}

/** In the order of the metrics. Empty if the running config has no `remote_write`. Tried with Prometheus 2.42, 3.5 and 3.16. */
export function remoteQueues(metrics: string): readonly RemoteQueue[] {
  return queuesFrom(name => samples(metrics, name))
}

/** The same of samples that are read elsewhere. */
export function queuesFrom(samplesOf: (name: string) => readonly Sample[]): readonly RemoteQueue[] {
  const highest = moment(samplesOf(`${prefix}_highest_timestamp_in_seconds`)[0]?.value)
  const sum = (...names: readonly string[]) => sums(names.flatMap(name => samplesOf(`${prefix}_${name}`)))
  const sent = sum('queue_highest_sent_timestamp_seconds')
  const failed = sum('samples_failed_total', 'histograms_failed_total')
  const attempts = sum('samples_total', 'histograms_total')
  const retries = sum('samples_retried_total', 'histograms_retried_total')
  const pending = sum('samples_pending', 'histograms_pending')
  const bytes = sum('bytes_total')
  const full = sum('enqueue_retries_total')
  // Version 2 does not have the time of what it sent before there is one, but each queue counts its failures from the start.
  return samplesOf(`${prefix}_samples_failed_total`).map(({ labels }) => {
    const { remote_name: remoteName = '', url = '' } = labels
    const key = keyOf(labels)
    return {
      ...{ remoteName, url, highest, sent: moment(sent.get(key)), failed: failed.get(key) ?? 0 },
      ...{ bytes: bytes.get(key) ?? 0, tried: (attempts.get(key) ?? 0) - (retries.get(key) ?? 0) },
      ...{ pending: pending.get(key), full: full.get(key) ?? 0 },
    }
  })
}

/** Seconds by which a clock and the time of a sample may differ. */
const clockSlack = 5

/**
 * The queue without times that lie in the future, as a target may expose them: both of its times are maxima, so that they
 * would stand still, and equal, while the sink takes nothing. `now`: by the clock of the replica's host.
 */
export function withoutFuture(queue: RemoteQueue, now: number): RemoteQueue {
  const { highest, sent } = queue
  const isFuture = (time: number | undefined) => time !== undefined && time > now + clockSlack
  return {
    ...queue,
    highest: highest === undefined || isFuture(highest) ? now : highest,
    ...(isFuture(sent) ? { sent: undefined, ahead: true } : {}),
  }
}

/** Whether all that waited at an earlier look has left the queue since, as far as counts tell it. */
export function hasSentWhatWaited(before: QueueCounts, now: QueueCounts): boolean {
  // What does not fit into the queue waits in the log, where nothing counts it.
  if (now.bytes <= before.bytes || now.full !== before.full) return false
  return now.pending === 0 || (before.pending !== undefined && now.tried - before.tried >= before.pending)
}

/**
 * Seconds by which the sink is behind Prometheus; undefined if nothing was sent yet, which is not caught up. Not
 * `queue_highest_timestamp_seconds` minus the same, since that stands still while the queue is full.
 */
export function lagOf({ highest, sent }: Pick<RemoteQueue, 'highest' | 'sent'>): number | undefined {
  return highest === undefined || sent === undefined ? undefined : Math.max(0, highest - sent)
}

/** Samples that the sink refused between two answers of one replica. A process that started meanwhile counts from 0. */
export function refusedSince(before: RemoteQueue | undefined, now: RemoteQueue): number {
  return before === undefined || before.failed > now.failed ? now.failed : now.failed - before.failed
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
function sums(all: readonly Sample[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { labels, value } of all) sums.set(keyOf(labels), (sums.get(keyOf(labels)) ?? 0) + value)
  return sums
}

function keyOf({ remote_name, url }: Readonly<Record<string, string>>): string {
  return `${remote_name}\n${url}`
}
