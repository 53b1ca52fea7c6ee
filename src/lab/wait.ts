/** Waiting on a condition with a deadline. */
import { setTimeout as sleep } from 'node:timers/promises'
import { error, ProblemError } from '../diagnostic/problem.ts'

/** Milliseconds between two questions: to ask often takes a busy machine from those who are waited for. */
const firstPause = 100
const longestPause = 400

/**
 * Asks until the answer is neither undefined nor false, and gives it back. `deadline` in milliseconds; then a
 * ProblemError that says what was waited for, with whatever `explain` adds.
 */
export async function until<T>(
  what: string,
  deadline: number,
  ask: () => Promise<T | undefined | false>,
  explain?: () => Promise<{ readonly detail?: string; readonly host?: string; readonly remedy?: string }>,
): Promise<T> {
  const end = Date.now() + deadline
  for (let pause = firstPause; ; pause = Math.min(pause * 1.3, longestPause)) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() >= end) {
      throw new ProblemError([
        error(
          `waited ${Math.round(deadline / 1000)} s for ${what}, which did not come`,
          (await explain?.()) ?? {},
        ),
      ])
    }
    await sleep(pause)
  }
}

/** Lets all finish and then throws every problem of those that failed, not only the first. */
export async function allOrProblems<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work)
  const failures = settled.flatMap(result => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const other = failures.find(failure => !(failure instanceof ProblemError))
  if (other !== undefined) throw other
  const problems = failures.flatMap(failure => (failure instanceof ProblemError ? failure.problems : []))
  if (problems.length > 0) throw new ProblemError(problems)
  return settled.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}
