/** One host harms itself only: whatever is derived from a host's answers is done behind this guard. */
import { type Problem, ProblemError } from '../../diagnostic/problem.ts'
import { visibleLine } from '../../diagnostic/visible.ts'
import { sessionProblem } from './messages.ts'

/** What the work brought, or why it could not be done for this host. */
export type GuardedResult<T> =
  | { readonly value: T; readonly problems?: undefined }
  | { readonly value?: undefined; readonly problems: readonly Problem[] }

/** Does the work of one host. Never rejects: whatever is thrown becomes problems of that host. `what` follows "promha cannot". */
export async function guardHost<T>(
  host: string,
  what: string,
  work: () => T | Promise<T>,
): Promise<GuardedResult<T>> {
  try {
    return { value: await work() }
  } catch (failure) {
    return { problems: guardedProblems(failure, host, what) }
  }
}

/** Any failure as problems that name the host. */
export function guardedProblems(failure: unknown, host: string, what: string): readonly Problem[] {
  if (failure instanceof ProblemError) return failure.problems.map(problem => ({ host, ...problem }))
  const said = failure instanceof Error ? failure.message : String(failure)
  return [sessionProblem.unexpected({ host }, host, what, visibleLine(said.slice(0, longest)))]
}

/** Characters of a message of which a host may have written a part. */
const longest = 400
