/** One queue over several looks: whether it sends, and whether what it sends is taken. Pure. */
import { lagOf } from '../../verify/answer/remote-write.ts'
import { mostLag, type QueueLook } from './look.ts'

type SeenQueue = QueueLook['queues'][number]

/** `unknown`: it has sent nothing yet. `down`: its sink takes nothing. */
type QueueState = 'caught up' | 'behind' | 'unknown' | 'down'

/** What is known of a queue. Moments are milliseconds of this machine's clock. */
export interface Followed {
  readonly state: QueueState
  readonly queue: SeenQueue
  readonly newest: number
  readonly since: number
  /** The first look. */
  readonly began: number
  /** The last look at which it had sent something newer. */
  readonly moved: number
  /** The last look at which it had sent something newer and nothing was refused; absent: none was. */
  readonly accepted?: number
  /** Since then it has had nothing to send at any look; absent: it had something at the last one. */
  readonly idle?: number
  /** The sink refuses samples, as far as was seen last. They are lost, so that it looks as if it kept up. */
  readonly refuses: boolean
}

/** Milliseconds in which nothing is accepted by a sink that counts as down. */
const patienceWithSink = 120_000
/**
 * Milliseconds. A queue tries again every five seconds at the latest, so a sink that is far behind and takes nothing for
 * that long has not come back. It is also how long an empty queue is watched before it counts as one without work.
 */
const glance = 10_000

/** `at`: the moment of the look. */
export function followQueue(
  before: Followed | undefined,
  queue: SeenQueue,
  { newest, since }: Pick<QueueLook, 'newest' | 'since'>,
  at: number,
): Followed {
  // Prometheus replaced the queue by a new one, which counts from zero.
  const isNew = before !== undefined && !isSame(before.queue, queue)
  const known = isNew ? undefined : before
  const was = isNew ? { sent: 0, failed: 0 } : (before?.queue ?? queue)
  const moved = (queue.sent ?? 0) > (was.sent ?? 0)
  const refused = queue.failed > was.failed
  const accepted = moved && !refused ? at : known?.accepted
  const idle = queue.pending === 0 && !moved && !refused ? (known?.idle ?? at) : undefined
  const facts = {
    ...{ queue, newest, since },
    began: known?.began ?? at,
    moved: moved ? at : (known?.moved ?? at),
    ...(accepted === undefined ? {} : { accepted }),
    ...(idle === undefined ? {} : { idle }),
    refuses: refused || (!moved && known?.refuses === true),
  }
  // What was down before its replica was restarted still is, until it takes something.
  const isDown = before?.state === 'down' && !moved && !isIdle(facts, at)
  return { ...facts, state: isDown ? 'down' : stateOf(facts, at) }
}

function isSame(before: SeenQueue, now: SeenQueue): boolean {
  return (now.sent ?? 0) >= (before.sent ?? 0) && now.failed >= before.failed
}

type Facts = Omit<Followed, 'state'>

function stateOf(facts: Facts, at: number): QueueState {
  const { queue, newest, since, refuses, accepted, began, moved } = facts
  const lag = lagOf(queue)
  // Samples of which relabelling leaves none are never sent, so neither is the time of the last one.
  if (isIdle(facts, at)) return 'caught up'
  const missed = lag ?? newest - since
  if (missed * 1000 >= patienceWithSink && at - moved >= glance) return 'down'
  const lags = lag === undefined || lag > mostLag || refuses
  if (lags && at - (accepted ?? began) >= patienceWithSink) return 'down'
  if (lag === undefined) return 'unknown'
  return lags || accepted === undefined ? 'behind' : 'caught up'
}

function isIdle({ queue, newest, since, idle }: Facts, at: number): boolean {
  if (idle === undefined || at - idle < glance) return false
  return queue.sent !== undefined || (newest - since) * 1000 >= patienceWithSink
}

/** It has sent samples that are newer than itself, and they were taken. */
export function hasSentSince(followed: Followed, at: number): boolean {
  const { queue, since, accepted, refuses } = followed
  if (isIdle(followed, at)) return true
  return (queue.sent ?? 0) > since && accepted !== undefined && !refuses
}
