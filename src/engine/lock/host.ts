/** The lock of one host, taken, renewed and released over its connection. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Problem } from '../../diagnostic/problem.ts'
import {
  type LockAnswer,
  type LockRequest,
  lockScript,
  releaseScript,
  releaseTimeout,
  renewScript,
} from '../../shell/lock/lock.ts'
import { hostLockPath } from '../../shell/syntax/layout.ts'
import type { Script } from '../../shell/syntax/script.ts'
import { ask, ScriptError } from '../../ssh/ask.ts'
import type { Connection } from '../../ssh/connection.ts'
import { lockProblem } from '../messages.ts'
import { problemsOf } from '../session/hosts.ts'
import { hasDied } from './self.ts'

export type LockOutcome = LockAnswer | { readonly state: 'failed'; readonly problems: readonly Problem[] }

/** Also from a run that is known to have died, without waiting until its lock expires. Never rejects. */
export async function takeLock(connection: Connection, request: LockRequest): Promise<LockOutcome> {
  const answer = await outcome(connection, lockScript(request))
  const holder = answer.state === 'held' ? answer.holder : undefined
  if (!holder || request.over !== undefined || !hasDied(holder)) return answer
  return takeLock(connection, { ...request, over: holder.run })
}

/** `taken` where it is still ours. Never rejects. */
export function renew(connection: Connection, run: string, timeout: number): Promise<LockOutcome> {
  return outcome(connection, renewScript(run, timeout))
}

/** Never rejects, and ends in time whatever becomes of the host. */
export async function release(connection: Connection, run: string): Promise<void> {
  const done = new AbortController()
  const sent = ask(connection, releaseScript(run)).catch(() => {})
  const late = delay(releaseTimeout, undefined, { signal: done.signal }).catch(() => {})
  await Promise.race([sent, late, connection.closed])
  done.abort()
}

async function outcome(connection: Connection, script: Script<LockAnswer>): Promise<LockOutcome> {
  const { host } = connection
  const resource = `lock:${hostLockPath}`
  try {
    return await ask(connection, script)
  } catch (failure) {
    const problems =
      failure instanceof ScriptError
        ? [lockProblem.failed({ host }, host, failure.message, failure.stderr)]
        : problemsOf(failure, host)
    return { state: 'failed', problems: problems.map(found => ({ resource, ...found })) }
  }
}
