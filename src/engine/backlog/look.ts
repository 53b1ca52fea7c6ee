/** What one replica says of its remote write at one moment. */
import { api } from '../../verify/answer/answers.ts'
import { sample, samples } from '../../verify/answer/metrics.ts'
import { lagOf, type RemoteQueue, remoteQueues, startedAt } from '../../verify/answer/remote-write.ts'
import type { Get } from '../../verify/checks/facet.ts'

/** Seconds by which a queue may be behind and still count as caught up. */
export const mostLag = 10

interface SeenQueue extends RemoteQueue {
  /** Samples that wait in the queue; undefined if it does not say. */
  readonly pending: number | undefined
}

export interface QueueLook {
  readonly queues: readonly SeenQueue[]
  /** The newest sample that there is to send, in seconds since the epoch. */
  readonly newest: number
  /** When the config was loaded last, or the process started, in seconds since the epoch: no queue is younger. */
  readonly since: number
}

/** Rejects with an AskError if it does not answer. */
export async function lookAt(get: Get): Promise<QueueLook> {
  const metrics = await get(api.metrics)
  const queues = remoteQueues(metrics)
  if (queues.length === 0) return { queues: [], newest: 0, since: 0 }
  const keyOf = (name: string | undefined, url: string | undefined) => JSON.stringify([name, url])
  const pending = new Map(
    samples(metrics, 'prometheus_remote_storage_samples_pending').map(({ labels, value }) => [
      keyOf(labels.remote_name, labels.url),
      value,
    ]),
  )
  // Prometheus is about to drop the first metric; the clock of its host says the same, but for one scrape.
  const newest = queues[0]?.highest ?? (await get(api.time))
  const loaded = sample(metrics, 'prometheus_config_last_reload_success_timestamp_seconds') ?? 0
  return {
    newest,
    since: Math.max(startedAt(metrics) ?? 0, loaded),
    queues: queues.map(queue => ({
      ...queue,
      highest: newest,
      pending: pending.get(keyOf(queue.remoteName, queue.url)),
    })),
  }
}

/** Queues that do not keep up at this very moment, as far as one look can tell. */
export function behindNow({ queues }: QueueLook): readonly RemoteQueue[] {
  return queues.filter(queue => (lagOf(queue) ?? Number.POSITIVE_INFINITY) > mostLag)
}
