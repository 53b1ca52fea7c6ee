/** Directories of one run, in the place that this machine has for temporary files. */
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProblemError } from '../diagnostic/problem.ts'
import { foreignProblem } from './foreign-problem.ts'
import { findForeign } from './ours.ts'

/** Makes an empty directory, 0700, under a name that cannot be guessed. Throws a ProblemError if others could replace it. */
export function makePrivateDirectory(prefix: string): string {
  const directory = mkdtempSync(join(tmpdir(), prefix))
  const foreign = findForeign(directory)
  if (foreign === undefined) return directory
  rmdirSync(directory)
  const problem = foreignProblem('the directory for temporary files cannot be used', foreign)
  throw new ProblemError([{ ...problem, remedy: 'Set TMPDIR to a directory of your own, or unset it.' }])
}

/** The same, removed with all that is in it when the process ends. */
export function makeRunDirectory(prefix: string): string {
  const directory = makePrivateDirectory(prefix)
  if (made.length === 0) process.once('exit', removeMade)
  made.push(directory)
  return directory
}

const made: string[] = []

function removeMade(): void {
  for (const directory of made) rmSync(directory, { recursive: true, force: true })
}
