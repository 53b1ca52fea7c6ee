/** What one replica says of its remote write at one moment. */
import { api } from '../../verify/answer/answers.ts'
import { sample } from '../../verify/answer/metrics.ts'
import {
  lagOf,
  type RemoteQueue,
  remoteQueues,
  startedAt,
  tooManyQueues,
  withoutFuture,
} from '../../verify/answer/remote-write.ts'
import { ShapeError } from '../../verify/answer/shape.ts'
import type { Get } from '../../verify/checks/facet.ts'

/** Seconds by which a queue may be behind and still count as caught up. */
export const mostLag = 10

export interface QueueLook {
  readonly queues: readonly RemoteQueue[]
  /** The newest sample that there is to send, in seconds since the epoch. */
  readonly newest: number
  /** When the config was loaded last, or the process started, in seconds since the epoch: no queue is younger. */
  readonly since: number
}

/** Rejects with an AskError if it does not answer. */
export async function lookAt(get: Get): Promise<QueueLook> {
  const metrics = await get(api.metrics)
  const all = remoteQueues(metrics)
  const [first] = all
  if (first === undefined) return { queues: [], newest: 0, since: 0 }
  const why = tooManyQueues(all)
  if (why !== undefined) throw new ShapeError(why)
  const now = await hostClock(get, first)
  const queues = all.map(queue => withoutFuture(queue, now))
  const loaded = sample(metrics, 'prometheus_config_last_reload_success_timestamp_seconds') ?? 0
  return {
    newest: queues[0]?.highest ?? now,
    since: Math.max(startedAt(metrics) ?? 0, loaded),
    queues,
  }
}

/** Of its host. A Prometheus that is too busy for queries is believed the time of its newest sample. */
async function hostClock(get: Get, { highest }: RemoteQueue): Promise<number> {
  try {
    return await get(api.time)
  } catch (cause) {
    if (highest === undefined) throw cause
    return highest
  }
}

/** Queues that do not keep up at this very moment, as far as one look can tell. */
export function behindNow({ queues }: QueueLook): readonly RemoteQueue[] {
  return queues.filter(queue => (lagOf(queue) ?? Number.POSITIVE_INFINITY) > mostLag)
}
