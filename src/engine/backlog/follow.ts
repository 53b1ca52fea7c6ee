/** One queue over several looks: whether it sends, and whether what it sends is taken. Pure. */
import { hasSentWhatWaited, lagOf, type RemoteQueue } from '../../verify/answer/remote-write.ts'
import { mostLag, type QueueLook } from './look.ts'

/** `unknown`: it has sent nothing yet. `down`: its sink takes nothing. */
type QueueState = 'caught up' | 'behind' | 'unknown' | 'down'

/** What is known of a queue. Moments are milliseconds of this machine's clock. */
export interface Followed {
  readonly state: QueueState
  readonly queue: RemoteQueue
  readonly newest: number
  readonly since: number
  /** The first look. */
  readonly began: number
  /** The last look at which it had sent something. */
  readonly moved: number
  /** The last look at which it had sent something and nothing was refused; absent: none was. */
  readonly accepted?: number
  /** `newest` at that look; until there is one, at the first look. */
  readonly reached: number
  /** An earlier look: has what waited then been sent by now? */
  readonly mark: { readonly at: number; readonly queue: RemoteQueue }
  /** All that waited a few seconds ago is sent. It matters only if the times of the queue say nothing. */
  readonly drains: boolean
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
  seen: RemoteQueue,
  { newest, since }: Pick<QueueLook, 'newest' | 'since'>,
  at: number,
): Followed {
  // Prometheus replaced the queue by a new one, which counts from zero.
  const isNew = before !== undefined && !isSame(before.queue, seen)
  const known = isNew ? undefined : before
  const was = isNew ? { bytes: 0, failed: 0 } : (before?.queue ?? seen)
  const queue = { ...seen, tried: Math.max(seen.tried, known?.queue.tried ?? 0) }
  const moved = queue.bytes > was.bytes
  const refused = queue.failed > was.failed
  const accepts = moved && !refused
  const accepted = accepts ? at : known?.accepted
  const idle = queue.pending === 0 && !moved && !refused ? (known?.idle ?? at) : undefined
  const facts = {
    ...{ queue, newest, since, ...marked(known, queue, at) },
    began: known?.began ?? at,
    moved: moved ? at : (known?.moved ?? at),
    ...(accepted === undefined ? {} : { accepted }),
    reached: accepts ? newest : (known?.reached ?? newest),
    ...(idle === undefined ? {} : { idle }),
    refuses: refused || (!moved && known?.refuses === true),
  }
  // What was down before its replica was restarted still is, until it takes something.
  const isDown = before?.state === 'down' && !moved && !isIdle(facts, at)
  return { ...facts, state: isDown ? 'down' : stateOf(facts, at) }
}

function isSame(before: RemoteQueue, now: RemoteQueue): boolean {
  const isLater = now.ahead || (now.sent ?? 0) >= (before.sent ?? 0)
  return isLater && now.bytes >= before.bytes && now.failed >= before.failed
}

/** A mark is set anew once it is too old to tell anything, or the queue was too full to tell by it. */
function marked(
  known: Followed | undefined,
  queue: RemoteQueue,
  at: number,
): Pick<Followed, 'mark' | 'drains'> {
  const mark = { at, queue }
  if (known === undefined) return { mark, drains: false }
  const isOld = at - known.mark.at > glance
  if (hasSentWhatWaited(known.mark.queue, queue)) return { mark, drains: !isOld }
  return { mark: isOld || queue.full !== known.mark.queue.full ? mark : known.mark, drains: false }
}

type Facts = Omit<Followed, 'state'>

function stateOf(facts: Facts, at: number): QueueState {
  const { queue, newest, since, refuses, accepted, began, moved, drains } = facts
  const lag = lagOf(queue)
  // Samples of which relabelling leaves none are never sent, so neither is the time of the last one.
  if (isIdle(facts, at)) return 'caught up'
  const missed = queue.ahead ? 0 : (lag ?? newest - since)
  if (missed * 1000 >= patienceWithSink && at - moved >= glance) return 'down'
  const keepsUp = queue.ahead ? drains : lag !== undefined && lag <= mostLag
  const lags = !keepsUp || refuses
  const isSilent = at - (accepted ?? began) >= patienceWithSink
  if (lags && isSilent) return 'down'
  if (lag === undefined && !queue.ahead) return 'unknown'
  return lags || isSilent || accepted === undefined ? 'behind' : 'caught up'
}

function isIdle({ queue, newest, since, idle }: Facts, at: number): boolean {
  if (idle === undefined || at - idle < glance) return false
  return queue.ahead || queue.sent !== undefined || (newest - since) * 1000 >= patienceWithSink
}

export function isCaughtUp({ state }: Followed): boolean {
  return state === 'caught up'
}

/** It has sent samples that are newer than itself, and they were taken. */
export function hasSentSince(followed: Followed, at: number): boolean {
  const { queue, since, accepted, refuses } = followed
  if (isIdle(followed, at)) return true
  // After its start, a queue sends only samples that are newer. So what was taken proves the same as their time.
  const isNewer = queue.ahead || (queue.sent ?? 0) > since
  return isNewer && accepted !== undefined && !refuses
}
