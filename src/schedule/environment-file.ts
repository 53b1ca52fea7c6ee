/** The file that gives secrets to a run that nobody attends. */
import { stat } from 'node:fs/promises'
import { error, ProblemError } from '../diagnostic/problem.ts'

/** Rejects with a ProblemError where systemd could not read the file, or where anybody could. */
export async function checkEnvironmentFile(path: string): Promise<void> {
  const refuse = (what: string, remedy: string) => {
    throw new ProblemError([error(`the environment file ${path} ${what}`, { remedy })])
  }
  // systemd takes these for a pattern and has no way to write them otherwise.
  if (/[*?[\]\\]/.test(path)) refuse('has a name that systemd takes for a pattern', 'give it a plain name')
  const found = await stat(path).catch(() => undefined)
  if (!found) return refuse('does not exist', 'write it with lines NAME=VALUE and the mode 0600')
  if (!found.isFile()) return refuse('is no file', 'name a file with lines NAME=VALUE')
  if ((found.mode & 0o007) !== 0)
    refuse('can be read by every user of this machine', `run \`chmod o= ${path}\` first: it holds secrets`)
}
