/** One host harms itself only: whatever is derived from a host's answers is done behind this guard. */
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import { visibleLine } from '../diagnostic/visible.ts'

/** What the work brought, or why it could not be done for this host. */
export type Guarded<T> =
  | { readonly value: T; readonly problems?: undefined }
  | { readonly value?: undefined; readonly problems: readonly Problem[] }

/**
 * Does the work of one host. Never rejects: a ProblemError becomes its problems with the host's name, and anything else, a
 * TypeError from an odd answer too, becomes a problem that names the host and what was done.
 * @param what follows "promha cannot": `change prometheus`
 */
export async function guardHost<T>(
  host: string,
  what: string,
  work: () => T | Promise<T>,
): Promise<Guarded<T>> {
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
  return [
    error(`${host}: promha cannot ${what}: ${visibleLine(said.slice(0, longest))}`, {
      host,
      remedy: `Log in to ${host} and check that it is healthy. If it is, report this message as a bug of promha.`,
    }),
  ]
}

/** Characters of a message of which a host may have written a part. */
const longest = 400
