/** Waits for the queues of one replica, each until it is done or its sink counts as down. */
import { AskError } from '../../verify/model.ts'
import { type Clock, poll } from '../../wait/poll.ts'
import { type Followed, followQueue } from './follow.ts'
import type { QueueLook } from './look.ts'

/** Milliseconds. */
export const patienceWithQueues = 300_000
const pace = { first: 1_000, longest: 2_000 }
/** Looks in a row without an answer: one may be lost on a busy host. */
const mostMisses = 3

export interface QueueWait {
  readonly look: () => Promise<QueueLook>
  /** Whether the coming step interrupts it. */
  readonly concerned: (queue: Followed['queue']) => boolean
  /** Whether nothing more is expected of it; asked of one that is not down. */
  readonly done: (followed: Followed, at: number) => boolean
  /** What is known of each queue from earlier looks. */
  readonly known: Map<string, Followed>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Milliseconds. */
  readonly patience: number
  /** Told those that are still awaited, after each look. */
  readonly onWait: (open: readonly Followed[]) => void
}

export interface Standing {
  readonly followed: Followed
  /** `open`: the patience came to its end before it was done. */
  readonly state: 'done' | 'down' | 'open'
}

/** Where the queues stand in the end, or why that is not known. */
export type QueueOutcome =
  | { readonly standings: readonly Standing[]; readonly unasked?: undefined }
  | { readonly standings?: undefined; readonly unasked: unknown }

/** Undefined if aborted. Never rejects. */
export async function awaitQueues(wait: QueueWait): Promise<QueueOutcome | undefined> {
  const { signal, clock, patience } = wait
  const done = new Set<string>()
  let misses = 0
  return poll<QueueOutcome>({ ...pace, signal, clock }, async elapsed => {
    let seen: QueueLook
    try {
      seen = await wait.look()
    } catch (unasked) {
      misses += 1
      const mayComeBack = !(unasked instanceof AskError) || unasked.reason === 'failed'
      return mayComeBack && misses < mostMisses ? {} : { end: { unasked } }
    }
    misses = 0
    const standings = stand(wait, seen, done)
    const open = standings.filter(({ state }) => state === 'open')
    if (open.length === 0 || elapsed >= patience) return { end: { standings } }
    wait.onWait(open.map(({ followed }) => followed))
    return { within: patience - elapsed }
  })
}

/** `done`: those that were done at an earlier look; once is enough. */
function stand(
  { concerned, known, clock, done: isDone }: QueueWait,
  seen: QueueLook,
  done: Set<string>,
): readonly Standing[] {
  const at = clock.now()
  return seen.queues.flatMap(queue => {
    const key = `${queue.remoteName} ${queue.url}`
    const followed = followQueue(known.get(key), queue, seen, at)
    known.set(key, followed)
    if (!concerned(queue)) return []
    const isDown = followed.state === 'down'
    if (!isDown && isDone(followed, at)) done.add(key)
    return { followed, state: done.has(key) ? 'done' : isDown ? 'down' : 'open' }
  })
}
