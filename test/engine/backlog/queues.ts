/** What a Prometheus says of one queue of its remote write, as small as a test needs it. */
import { type RemoteQueue, withoutFuture } from '../../../src/verify/answer/remote-write.ts'

export interface Said {
  /** Seconds by which it is behind; absent: it has sent nothing yet. */
  readonly lag?: number
  /** Seconds since its Prometheus has loaded its config. */
  readonly age?: number
  readonly failed?: number
  readonly pending?: number
  /** Bytes that it has sent; absent: as many as it has sent seconds. */
  readonly bytes?: number
  readonly tried?: number
  readonly full?: number
  /** Seconds by which its newest sample lies in the future, which it has sent already. */
  readonly ahead?: number
}

const begun = 1_800_000_000

/** `seconds`: since the first look. */
export function queueSaying(
  { lag, age = 3_600, failed = 0, pending = 100, bytes, tried = 0, full = 0, ahead }: Said,
  seconds: number,
  remoteName = 'x',
): { readonly queue: RemoteQueue; readonly newest: number; readonly since: number } {
  const newest = begun + seconds
  const own = lag === undefined ? undefined : newest - lag
  const [highest, sent] = ahead === undefined ? [newest, own] : [newest + ahead, newest + ahead]
  const queue = {
    ...{ remoteName, url: `http://192.0.2.9:8428/${remoteName}`, highest, sent },
    ...{ failed, pending, tried, full, bytes: bytes ?? own ?? 0 },
  }
  return { queue: withoutFuture(queue, newest), newest, since: newest - age }
}
