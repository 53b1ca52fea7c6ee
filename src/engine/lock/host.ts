/** The lock of one host, taken, renewed and released over its connection. */
import { setTimeout as delay } from 'node:timers/promises'
import { error, type Problem } from '../../diagnostic/problem.ts'
import { lockPath } from '../../shell/layout.ts'
import {
  type LockAnswer,
  type LockRequest,
  lockScript,
  parseLock,
  releaseScript,
  renewScript,
} from '../../shell/lock.ts'
import type { Connection } from '../../ssh/connection.ts'
import { nonce, problemsOf } from '../hosts.ts'
import { hasDied } from './self.ts'

export type Answer = LockAnswer | { readonly state: 'failed'; readonly problems: readonly Problem[] }

/** Milliseconds: a host with a slow disk, another run's turn, a queue of commands before it. */
const takeTimeout = 30_000
/** Milliseconds: what cannot be released by then is free soon by itself. */
const releaseTimeout = 5000

/** Also from a run that is known to have died, without waiting until it is free by itself. Never rejects. */
export async function take(connection: Connection, request: LockRequest): Promise<Answer> {
  const mark = nonce()
  const answer = await ask(connection, mark, lockScript(mark, request), takeTimeout)
  const holder = answer.state === 'held' ? answer.holder : undefined
  if (!holder || request.over !== undefined || !hasDied(holder)) return answer
  return take(connection, { ...request, over: holder.run })
}

/** `taken` where it is still ours. Never rejects. */
export function renew(connection: Connection, run: string, timeout: number): Promise<Answer> {
  const mark = nonce()
  return ask(connection, mark, renewScript(mark, run), timeout)
}

/** Never rejects, and ends in time whatever becomes of the host. */
export async function release(connection: Connection, run: string): Promise<void> {
  const done = new AbortController()
  const sent = connection.run({ script: releaseScript(run), timeout: releaseTimeout }).catch(() => {})
  const late = delay(releaseTimeout, undefined, { signal: done.signal }).catch(() => {})
  await Promise.race([sent, late, connection.closed])
  done.abort()
}

async function ask(connection: Connection, mark: string, script: string, timeout: number): Promise<Answer> {
  const { host } = connection
  const resource = `lock:${lockPath}`
  try {
    const { code, stdout, stderr } = await connection.run({ script, timeout })
    const answer = parseLock(mark, stdout.toString('utf8'))
    if (answer) return answer
    const said = stderr.trim()
    const seen = code === null ? 'the connection ended before it was done' : said.split('\n').at(-1)
    const problem = error(`${host} cannot be locked: ${seen || `the command ended with code ${code}`}`, {
      ...{ host, resource, detail: said },
      remedy: `see that root can write ${lockPath} there and that flock (util-linux) is installed, then run the command again`,
    })
    return { state: 'failed', problems: [problem] }
  } catch (failure) {
    return { state: 'failed', problems: problemsOf(failure, host).map(found => ({ resource, ...found })) }
  }
}
