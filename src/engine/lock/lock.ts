/** Holds the locks of hosts for as long as a run changes them. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Connection } from '../../ssh/connection.ts'
import { release, takeLock } from './host.ts'
import { type Busy, LockedError, LockFailedError, lockedProblem, waitingNote } from './locked.ts'
import { keepRenewing, type RenewalPace } from './renewal.ts'
import { self } from './self.ts'

export interface HoldRequest {
  readonly run: string
  /** Locked one after the other, in the order of their names: the run that has the first gets the others too. */
  readonly members: readonly Connection[]
  /** Locked after them, all at once. */
  readonly others: readonly Connection[]
  /** As it is told to a run that meets the lock. */
  readonly command: string
  /** Milliseconds to wait for another run. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Told once for each run that is waited for. */
  readonly onWait: (note: string) => void
  /** Told once for each host whose lock is no longer ours. */
  readonly onLost: (host: string, problem: Problem) => void
  readonly pace?: RenewalPace
}

export interface HeldLocks {
  readonly run: string
  /** By host; grows while the locks are held. Where there is one, nothing of its cell may be interrupted any more. */
  readonly lost: ReadonlyMap<string, Problem>
  /** Never rejects, and takes a few seconds at most. */
  release(): Promise<void>
}

/** `run` is `EPOCHMILLISECONDS-NONCE`. */
export interface CellLocks extends HeldLocks {
  /** Members that are locked though they are not selected. */
  readonly outside: readonly Connection[]
  readonly hosts: ReadonlySet<string>
  /** All members of these are locked, as far as they can be reached. */
  readonly cells: ReadonlySet<string>
  /** Hosts whose lock cannot be had at all, with the reason: nothing is changed there. */
  readonly unlockable: ReadonlyMap<string, readonly Problem[]>
}

/** From one try to the next, milliseconds; uneven, so that two that wait do not meet again and again. */
const pause = () => 700 + 600 * Math.random()

/** Resolves once all locks are held and renewed. Rejects with a LockedError, a LockFailedError or the signal's reason. */
export async function holdLocks(request: HoldRequest): Promise<HeldLocks> {
  const { timeoutMs, signal, onWait } = request
  const began = performance.now()
  let told: string | undefined
  for (;;) {
    signal.throwIfAborted()
    const attempt = await tryOnce(request)
    if ('held' in attempt) return attempt.held
    if (attempt.failed.length > 0) throw new LockFailedError(attempt.failed)
    signal.throwIfAborted()
    const left = began + timeoutMs - performance.now()
    const [first] = attempt.busy
    if (left <= 0 || !first) throw new LockedError(attempt.busy.map(busy => lockedProblem(busy, timeoutMs)))
    const whose = `${first.host} ${first.holder?.run}`
    if (whose !== told) onWait(waitingNote(first, left))
    told = whose
    await delay(Math.min(pause(), left), undefined, { signal })
  }
}

interface NotHad {
  readonly busy: readonly Busy[]
  readonly failed: readonly Problem[]
}

/** What was taken is released before it resolves with anything but all of them. */
async function tryOnce(request: HoldRequest): Promise<{ readonly held: HeldLocks } | NotHad> {
  const { run, command, signal, onLost, pace } = request
  const asked: Connection[] = []
  const busy: Busy[] = []
  const failed: Problem[] = []
  const lost = new Map<string, Problem>()
  const renewals: (() => void)[] = []
  let whole = false

  const lose = (host: string, problem: Problem) => {
    lost.set(host, problem)
    if (whole) onLost(host, problem)
  }
  const takeOne = async (connection: Connection) => {
    const { host } = connection
    const since = performance.now()
    asked.push(connection)
    const answer = await takeLock(connection, { run, ...self(), command })
    if (answer.state === 'held') busy.push({ host, ...(answer.holder ? { holder: answer.holder } : {}) })
    else if (answer.state === 'failed') failed.push(...answer.problems)
    else {
      const onLost = (problem: Problem) => lose(host, problem)
      renewals.push(keepRenewing({ connection, run, since, onLost, pace }))
    }
  }
  let releasing: Promise<void> | undefined
  const releaseAll = () => {
    for (const stop of renewals) stop()
    releasing ??= Promise.all(asked.map(connection => release(connection, run))).then(() => undefined)
    return releasing
  }
  const isGivenUp = () => signal.aborted || busy.length + failed.length + lost.size > 0

  const [members, others] = inOrder(request)
  for (const connection of members) if (!isGivenUp()) await takeOne(connection)
  if (!isGivenUp()) await Promise.all(others.map(takeOne))
  if (isGivenUp()) {
    await releaseAll()
    return { busy, failed: [...failed, ...lost.values()] }
  }
  whole = true
  return { held: { run, lost, release: releaseAll } }
}

/** Each host once. By code units, which are the same whatever the language of the machine. */
function inOrder({ members, others }: HoldRequest): readonly [readonly Connection[], readonly Connection[]] {
  const first = new Map(members.map(connection => [connection.host, connection]))
  const rest = new Map(others.map(connection => [connection.host, connection]))
  for (const host of first.keys()) rest.delete(host)
  return [[...first.values()].sort((a, b) => (a.host < b.host ? -1 : 1)), [...rest.values()]]
}
