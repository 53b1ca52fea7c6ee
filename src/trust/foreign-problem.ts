/** What is refused because somebody else can change it, as a problem. */
import { type Problem, ProblemError, throwErrors } from '../diagnostic/problem.ts'
import { trustProblem } from './messages.ts'
import { allForeign, type Foreign, findForeign } from './ours.ts'

/** @param what is refused, as the first words of a sentence: `the lab's lock cannot be used` */
export function foreignProblem(what: string, foreign: Foreign): Problem {
  return trustProblem.notOurs({}, { what, ...foreign })
}

/** Throws a ProblemError if somebody else can change what lies at `path`. */
export function requireOurs(path: string, what: string, found = findForeign(path)): void {
  if (found !== undefined) throw new ProblemError([foreignProblem(what, found)])
}

/** Throws a ProblemError of all of a scheduled run that somebody else can change, and of what is `unclear`. */
export function requireUnattended(paths: readonly string[], unclear: readonly Problem[] = []): void {
  const foreign = allForeign(paths).map(one => foreignProblem('not used by a scheduled run', one))
  throwErrors([...foreign, ...unclear])
}
