/** The metrics file of node_exporter's textfile collector: found out about early, written in one moment. */
import { constants } from 'node:fs'
import { access, lstat, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError } from '../../diagnostic/problem.ts'
import { type Foreign, findForeign } from '../../trust/ours.ts'
import { readPlainText } from '../../trust/plain-file.ts'
import { replaceFile } from '../../trust/replace-file.ts'
import { scheduleProblem } from '../messages.ts'
import { metricsFile } from '../name.ts'

/** Bytes. */
const largest = 16 * 1024 * 1024

interface Textfile {
  readonly path: string
  /** What the run before left; empty where there is none. */
  readonly before: string
  /** Rejects with a ProblemError. */
  readonly write: (text: string) => Promise<void>
}

/** Early, so that no run is waited for that then leaves nothing. Rejects with a ProblemError. `inventory`: an absolute path. */
export async function openTextfile(directory: string, inventory: string): Promise<Textfile> {
  const path = join(directory, metricsFile(inventory))
  const failed = (cause: Error) => {
    throw new ProblemError([scheduleProblem.metricsUnwritable({}, path, cause.message)])
  }
  if (!(await isWritable(directory)))
    failed(new Error(`${directory} is no directory that this user can write to`))
  const foreign = await linkedAway(directory)
  if (foreign !== undefined) failed(new Error(`${directory} is a link, and ${foreign.path} ${foreign.why}`))
  // Whatever the umask: the exporter is another user. It takes only names that end in `.prom`, so no draft.
  const write = (text: string) => replaceFile(path, text, 0o644).catch(failed)
  return { path, before: await readMetrics(path), write }
}

/** Whether metrics can be left there at all. */
export async function isWritable(directory: string): Promise<boolean> {
  try {
    await access(directory, constants.W_OK | constants.X_OK)
    return (await stat(directory)).isDirectory()
  } catch {
    return false
  }
}

/** What a run left there. A link, which the directory's own user could place, is not followed. Empty if there is none. */
export async function readMetrics(path: string): Promise<string> {
  return (await readPlainText(path, largest).catch(() => undefined)) ?? ''
}

/** A link that somebody else can change may lead anywhere by the time of the write. */
async function linkedAway(directory: string): Promise<Foreign | undefined> {
  return (await lstat(directory)).isSymbolicLink() ? findForeign(directory) : undefined
}
