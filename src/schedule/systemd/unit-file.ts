/** Unit files on this machine: written whole, and only those that promha made are touched. */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ProblemError } from '../../diagnostic/problem.ts'
import { replaceFile } from '../../trust/replace-file.ts'
import { scheduleProblem } from '../messages.ts'
import { mark } from './units.ts'

/** Its text; undefined where there is none. Rejects with a ProblemError where somebody else made it. */
export async function readOwn(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw new ProblemError([scheduleProblem.unitUnreadable({}, path, cause.message)])
  })
  if (text === undefined || text.startsWith(mark)) return text
  throw new ProblemError([scheduleProblem.foreignUnit({}, path)])
}

/** Replaces the file in one moment, 0644; `undefined` removes it. Rejects with a ProblemError. */
export async function putOwn(path: string, text: string | undefined): Promise<void> {
  try {
    if (text === undefined) return await rm(path, { force: true })
    await mkdir(dirname(path), { recursive: true })
    await replaceFile(path, text, 0o644)
  } catch (cause) {
    throw new ProblemError([scheduleProblem.unitUnwritable({}, path, (cause as Error).message)])
  }
}
