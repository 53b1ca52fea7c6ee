/** The file that gives a run the variables that the inventory asks for. */
import { stat } from 'node:fs/promises'
import { type Problem, ProblemError, throwErrors } from '../../diagnostic/problem.ts'
import { fileFault, readBounded } from '../../inventory/edge/files.ts'
import { decode } from '../../inventory/text/parsed-file.ts'
import { foreignProblem } from '../../trust/foreign-problem.ts'
import { findForeign } from '../../trust/ours.ts'
import { scheduleProblem } from '../messages.ts'
import { readEnvironmentText } from './text.ts'

/** What is wrong with it if systemd could not read the file, or everybody could; undefined if nothing is. */
export async function environmentFileProblem(path: string): Promise<Problem | undefined> {
  // systemd takes these for a pattern and has no way to write them otherwise.
  if (/[*?[\]\\]/.test(path))
    return refuser(path)('has a name that systemd reads as a pattern', 'Give it a plain name.')
  return unfit(path, false)
}

/** The variables of an environment file, or of a pipe, as systemd would read them. Rejects with a ProblemError without any value. */
export async function readEnvironmentFile(path: string): Promise<Readonly<Record<string, string>>> {
  const wrong = await unfit(path, true)
  const foreign = findForeign(path)
  throwErrors([
    ...(wrong ? [wrong] : []),
    ...(foreign ? [foreignProblem(`the environment file ${path} is not used`, foreign)] : []),
  ])
  const refuse = refuser(path)
  const { bytes } = await readBounded(path, true).catch(fault => {
    throw new ProblemError([refuse(fileFault(fault), 'Name a file that you can read.')])
  })
  const text = decode(bytes)
  if (text === undefined)
    throw new ProblemError([refuse('is not UTF-8 text', 'Write it as UTF-8, with lines NAME=VALUE.')])
  const { values, faults } = readEnvironmentText(text)
  const at = (line: number) => ({ source: { file: path, line, column: 1 } })
  throwErrors(faults.map(({ line, what }) => scheduleProblem.badEnvironmentLine(at(line), line, what)))
  return Object.fromEntries(values)
}

function refuser(path: string) {
  return (what: string, remedy: string) => scheduleProblem.badEnvironmentFile({}, path, what, remedy)
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
