/** Waiting on a condition with a deadline. */
import { throwFailed } from '../diagnostic/order.ts'
import { ProblemError } from '../diagnostic/problem.ts'
import { poll } from '../wait/poll.ts'
import { labProblem } from './messages.ts'

const pace = { first: 100, longest: 400, signal: new AbortController().signal }

/** Asks until the answer is neither undefined nor false. After `deadline` milliseconds a ProblemError, with what `explain` adds. */
export async function until<T>(
  what: string,
  deadline: number,
  ask: () => Promise<T | undefined | false>,
  explain?: () => Promise<{ readonly detail?: string; readonly host?: string; readonly remedy?: string }>,
): Promise<T> {
  const answer = await poll<T>(pace, async elapsed => {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return { end: answer }
    if (elapsed < deadline) return {}
    const { host, ...more } = (await explain?.()) ?? {}
    throw new ProblemError([labProblem.waitedTooLong(host ? { host } : {}, what, deadline, more)])
  })
  return answer as T
}

/** Lets all finish and then throws every problem of those that failed, not only the first. */
export async function allOrProblems<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work)
  throwFailed(results)
  return results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}
