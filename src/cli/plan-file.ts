/** `plan --out FILE` and `apply --plan FILE` */
import { resolve } from 'node:path'
import { error, ProblemError } from '../diagnostic/problem.ts'
import type { SavedPlan } from '../plan/saved.ts'
import { isSavedPlan, parseSavedPlan, savedPlanText } from '../plan/saved-text.ts'
import { readNamedFile } from '../trust/plain-file.ts'
import { replaceFile, tryReplace } from '../trust/replace-file.ts'

/** A saved plan of two thousand hosts has a few megabytes. */
const largest = 256 * 1024 * 1024

/** Rejects with a ProblemError where the file cannot be read, or is no saved plan that this promha knows. */
export async function readPlanFile(file: string): Promise<SavedPlan> {
  const text = await readText(file).catch((cause: Error) => {
    throw refused(
      `${file}: the saved plan cannot be read: ${cause.message}`,
      'name a file that `promha plan --out` wrote',
    )
  })
  return parseSavedPlan(text, file)
}

/**
 * The plan of a file, if it was made of the inventory that is named: the same path, seen from the current folder.
 * Rejects with a ProblemError as {@link readPlanFile} does, and for a plan of another inventory.
 */
export async function readPlanOf(inventory: string, file: string): Promise<SavedPlan> {
  const saved = await readPlanFile(file)
  if (resolve(saved.inventory) === resolve(inventory)) return saved
  throw new ProblemError([
    error(`${file} is a plan of another inventory`, {
      detail: `This run reads ${JSON.stringify(inventory)}. The plan was made of ${JSON.stringify(saved.inventory)}.`,
      remedy:
        'Run in the folder where the plan was made, and name the inventory that you mean: `promha apply INVENTORY --plan FILE`.',
    }),
  ])
}

/**
 * Finds out before any work whether the file can be written, and gives what writes it: at once or not at all, for its
 * owner only. Rejects with a ProblemError where something else than a saved plan is there: that is not replaced.
 */
export async function openPlanFile(file: string): Promise<(plan: SavedPlan) => Promise<void>> {
  await refuseOther(file)
  await tryReplace(file).catch(unwritable(file))
  return async plan => {
    await refuseOther(file)
    await replaceFile(file, savedPlanText(plan)).catch(unwritable(file))
  }
}

async function refuseOther(file: string): Promise<void> {
  const found = await readText(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw unwritableBy(file, cause)
  })
  if (found === undefined || isSavedPlan(found)) return
  throw refused(
    `${file} is there already and is no saved plan, so it is not replaced`,
    'name another file, or remove this one first',
  )
}

/** Opened once, since others may exchange or fill a file in a directory that they share. */
async function readText(file: string): Promise<string> {
  return (await readNamedFile(file, largest)).toString('utf8')
}

function refused(summary: string, remedy: string): ProblemError {
  return new ProblemError([error(summary, { remedy })])
}

function unwritableBy(file: string, cause: Error): ProblemError {
  return refused(
    `${file}: the plan cannot be written: ${cause.message}`,
    'name a file in a directory that exists and can be written to',
  )
}

const unwritable = (file: string) => (cause: Error) => {
  throw unwritableBy(file, cause)
}
