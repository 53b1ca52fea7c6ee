/** What a Prometheus says of one queue of its remote write, as small as a test needs it. */
import type { QueueLook } from '../../../src/engine/backlog/look.ts'

export interface Said {
  /** Seconds by which it is behind; absent: it has sent nothing yet. */
  readonly lag?: number
  /** Seconds since its Prometheus has loaded its config. */
  readonly age?: number
  readonly failed?: number
  readonly pending?: number
}

const begun = 1_800_000_000

/** `seconds`: since the first look. */
export function queueSaying(
  { lag, age = 3_600, failed = 0, pending = 100 }: Said,
  seconds: number,
  remoteName = 'x',
): { readonly queue: QueueLook['queues'][number]; readonly newest: number; readonly since: number } {
  const newest = begun + seconds
  const sent = lag === undefined ? undefined : newest - lag
  const url = `http://192.0.2.9:8428/${remoteName}`
  return {
    queue: { ...{ remoteName, url, failed, pending, sent }, highest: newest, retried: 0 },
    ...{ newest, since: newest - age },
  }
}
