/** What a user without a home is told. */
import { error, ProblemError } from '../diagnostic/problem.ts'

/** @param what needs a home, as the first words of a sentence: `the path ~/rules cannot be used` */
export function noHome(what: string): ProblemError {
  return new ProblemError([
    error(`${what}: this user has no home directory`, {
      remedy: 'Set HOME to the absolute path of a directory of your own.',
    }),
  ])
}
