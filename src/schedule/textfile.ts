/** The metrics file of node_exporter's textfile collector: found out about early, written in one moment. */
import { constants } from 'node:fs'
import { access, chmod, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { metricsFile } from './name.ts'

export interface Textfile {
  readonly path: string
  /** What the run before left; empty where there is none. */
  readonly before: string
  /** Rejects with a ProblemError. */
  readonly write: (text: string) => Promise<void>
}

/**
 * Before any work, so that nobody waits for a run that then leaves nothing. Rejects with a ProblemError where the
 * directory cannot be written to.
 * @param inventory absolute path
 */
export async function openTextfile(directory: string, inventory: string): Promise<Textfile> {
  const path = join(directory, metricsFile(inventory))
  const failed = (cause: Error) => {
    throw new ProblemError([
      error(`${path}: the metrics cannot be written: ${cause.message}`, {
        remedy: 'name the directory that node_exporter reads (--collector.textfile.directory)',
      }),
    ])
  }
  if (!(await isWritable(directory)))
    failed(new Error(`${directory} is no directory that this user can write to`))
  const before = await readFile(path, 'utf8').catch(() => '')
  return { path, before, write: text => replace(path, text).catch(failed) }
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

/** node_exporter takes only names that end in `.prom`, and never sees half a file. */
async function replace(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}`
  try {
    await writeFile(fresh, text)
    // Whatever the umask: the exporter is another user.
    await chmod(fresh, 0o644)
    await rename(fresh, path)
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => {})
    throw cause
  }
}
