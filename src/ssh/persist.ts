/** Tries a login again if it may go better the next time. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'ssh2'
import { createLimit } from '../limit.ts'
import { LoginError } from './failure.ts'

/** The client of the first try that succeeds. Rejects with what the last try threw, or the reason of the signal. */
type Persist = (attempt: () => Promise<Client>, signal: AbortSignal) => Promise<Client>

const mostTries = 4
const mostTimeouts = 3
/** Milliseconds before the second try. A machine that is too busy needs more of them than one that cut a connection. */
const firstWait = { cut: 200, 'timed out': 1000 }
/** Logins that are tried again after a time-out, of all hosts. */
const retriesAtOnce = 4
const usualTime = 30_000

/** One for all logins of a run. `retried` is told why one is tried again, within `longest` ms of its first time-out. */
export function createPersist(retried: (why: string) => void, longest = usualTime): Persist {
  const limit = createLimit(retriesAtOnce)

  return async (attempt, signal) => {
    let cuts = 0
    let timeouts = 0
    let until = Number.POSITIVE_INFINITY
    let last: LoginError | undefined
    const again = () => {
      signal.throwIfAborted()
      if (performance.now() > until) throw last
      return attempt()
    }
    for (;;) {
      try {
        return await (timeouts === 0 ? attempt() : limit(again))
      } catch (cause) {
        if (!(cause instanceof LoginError) || cause.again === 'no' || cause === last) throw cause
        if (cause.again === 'cut') cuts += 1
        else if (++timeouts === 1) until = performance.now() + longest
        last = withTries(cause, timeouts)
        if (timeouts === mostTimeouts || cuts + timeouts === mostTries) throw last
        if (cause.again === 'timed out') retried(`${cause.message}; trying again`)
        const wait = firstWait[cause.again] * 2 ** (cuts + timeouts - 1)
        await sleep(wait * (0.5 + Math.random()), undefined, { signal })
      }
    }
  }
}

/** A time-out that says how often it was seen. */
function withTries(failure: LoginError, timeouts: number): LoginError {
  if (failure.again !== 'timed out' || timeouts === 1) return failure
  const { problem, again } = failure
  return new LoginError({ ...problem, summary: `${problem.summary} (${timeouts} tries)` }, again)
}
