/** The file that gives secrets to an unattended run. */
import { stat } from 'node:fs/promises'
import { error, type Problem } from '../diagnostic/problem.ts'

/** What is wrong with it if systemd could not read the file, or everybody could; undefined if nothing is. */
export async function environmentFileProblem(path: string): Promise<Problem | undefined> {
  const refuse = (what: string, remedy: string) => error(`the environment file ${path} ${what}`, { remedy })
  // systemd takes these for a pattern and has no way to write them otherwise.
  if (/[*?[\]\\]/.test(path))
    return refuse('has a name that systemd reads as a pattern', 'Give it a plain name.')
  const found = await stat(path).catch(() => undefined)
  if (!found) return refuse('does not exist', 'Write it with lines NAME=VALUE and the mode 0600.')
  if (!found.isFile()) return refuse('is not a file', 'Name a file with lines NAME=VALUE.')
  if ((found.mode & 0o007) !== 0)
    return refuse('can be read by every user of this machine', `Run \`chmod o= ${path}\`: it holds secrets.`)
  return undefined
}
