/** Directories of one run, in the place that this machine has for temporary files. */
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProblemError } from '../diagnostic/problem.ts'
import { foreignProblem } from './foreign-problem.ts'
import { findForeign } from './ours.ts'

/**
 * Makes an empty directory, 0700, under a name that cannot be guessed. Throws a ProblemError if others could put another
 * one in its place, which TMPDIR allows and a sticky directory does not.
 * @param prefix of the name
 */
export function makePrivateDirectory(prefix: string): string {
  const directory = mkdtempSync(join(tmpdir(), prefix))
  const foreign = findForeign(directory)
  if (foreign === undefined) return directory
  rmdirSync(directory)
  const problem = foreignProblem('the directory for temporary files cannot be used', foreign)
  throw new ProblemError([{ ...problem, remedy: 'Set TMPDIR to a directory of your own, or unset it.' }])
}
