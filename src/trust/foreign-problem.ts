/** What is refused because somebody else can change it, as a problem. */
import { error, type Problem, ProblemError, throwErrors } from '../diagnostic/problem.ts'
import { allForeign, type Foreign, findForeign } from './ours.ts'

/** @param what is refused, as the first words of a sentence: `the lab's lock cannot be used` */
export function foreignProblem(what: string, { path, why, remedy }: Foreign): Problem {
  return error(`${what}: ${path} ${why}`, {
    detail: 'Expected: only root and the user who runs promha can change it and every directory above it.',
    remedy,
  })
}

/** Throws a ProblemError if somebody else can change what lies at `path`. */
export function requireOurs(
  path: string,
  what: string,
  found: Foreign | undefined = findForeign(path),
): void {
  if (found !== undefined) throw new ProblemError([foreignProblem(what, found)])
}

/**
 * Throws a ProblemError of all that somebody else can change of what a scheduled run reads, runs or believes.
 * @param unclear problems of what cannot be checked
 */
export function requireUnattended(paths: readonly string[], unclear: readonly Problem[] = []): void {
  const foreign = allForeign(paths).map(one => foreignProblem('not used by a scheduled run', one))
  throwErrors([...foreign, ...unclear])
}
