/** The file that gives a run the variables that the inventory asks for. */
import { stat } from 'node:fs/promises'
import { error, type Problem, ProblemError, throwErrors } from '../diagnostic/problem.ts'
import { readBounded, reason } from '../inventory/edge/files.ts'
import { decode } from '../inventory/parsed-file.ts'
import { foreignProblem } from '../trust/foreign-problem.ts'
import { findForeign } from '../trust/ours.ts'
import { readEnvironmentText } from './environment-text.ts'

type Refuse = (what: string, remedy: string) => Problem

const refuser =
  (path: string): Refuse =>
  (what, remedy) =>
    error(`the environment file ${path} ${what}`, { remedy })

/** What is wrong with it if systemd could not read the file, or everybody could; undefined if nothing is. */
export async function environmentFileProblem(path: string): Promise<Problem | undefined> {
  // systemd takes these for a pattern and has no way to write them otherwise.
  if (/[*?[\]\\]/.test(path))
    return refuser(path)('has a name that systemd reads as a pattern', 'Give it a plain name.')
  return unfit(path, false)
}

/**
 * The variables of an environment file, as systemd would read them. Rejects with a ProblemError for a file that others
 * can read or change, and for each line that is not NAME=VALUE; no value is told.
 * @param path of a file or, as in `<(sops -d FILE)`, of a pipe
 */
export async function readEnvironmentFile(path: string): Promise<Readonly<Record<string, string>>> {
  const wrong = await unfit(path, true)
  const foreign = findForeign(path)
  throwErrors([
    ...(wrong ? [wrong] : []),
    ...(foreign ? [foreignProblem(`the environment file ${path} is not used`, foreign)] : []),
  ])
  const bytes = await readBounded(path, true).then(
    read => read.bytes,
    fault => {
      throw new ProblemError([refuser(path)(reason(fault), 'Name a file that you can read.')])
    },
  )
  const text = decode(bytes)
  if (text === undefined)
    throw new ProblemError([refuser(path)('is not UTF-8 text', 'Write it as UTF-8, with lines NAME=VALUE.')])
  const { values, faults } = readEnvironmentText(text)
  throwErrors(
    faults.map(({ line, what }) =>
      error(`line ${line} of the environment file ${what}`, {
        source: { file: path, line, column: 1 },
        remedy: 'Write NAME=VALUE. Put a value of several lines in quotes.',
      }),
    ),
  )
  return Object.fromEntries(values)
}

async function unfit(path: string, pipes: boolean): Promise<Problem | undefined> {
  const refuse = refuser(path)
  const found = await stat(path).catch(() => undefined)
  if (!found) return refuse('does not exist', 'Write it with lines NAME=VALUE and the mode 0600.')
  if (!found.isFile() && !(pipes && found.isFIFO()))
    return refuse('is not a file', 'Name a file with lines NAME=VALUE.')
  if ((found.mode & 0o007) !== 0)
    return refuse('can be read by every user of this machine', `Run \`chmod o= ${path}\`: it holds secrets.`)
  return undefined
}
