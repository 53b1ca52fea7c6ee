/** `plan --out FILE` and `apply --plan FILE` */
import { resolve } from 'node:path'
import { ProblemError } from '../../diagnostic/problem.ts'
import type { SavedPlan } from '../../plan/saved/saved.ts'
import { isSavedPlan, parseSavedPlan, savedPlanText } from '../../plan/saved/saved-text.ts'
import { readNamedFile } from '../../trust/plain-file.ts'
import { replaceFile, tryReplace } from '../../trust/replace-file.ts'
import { cliProblem } from '../messages.ts'

/** A saved plan of two thousand hosts has a few megabytes. */
const largest = 256 * 1024 * 1024

/** Rejects with a ProblemError where the file cannot be read, or is no saved plan that this promha knows. */
export async function readPlanFile(file: string): Promise<SavedPlan> {
  const text = await readText(file).catch((cause: Error) => {
    throw new ProblemError([cliProblem.planUnreadable({}, file, cause.message)])
  })
  return parseSavedPlan(text, file)
}

/** The plan of a file. Rejects with a ProblemError as {@link readPlanFile} does, and for a plan of another inventory. */
export async function readPlanOf(inventory: string, file: string): Promise<SavedPlan> {
  const saved = await readPlanFile(file)
  if (resolve(saved.inventory) === resolve(inventory)) return saved
  throw new ProblemError([cliProblem.planOfOtherInventory({}, file, inventory, saved.inventory)])
}

/** Finds out early whether the file can be written; only a saved plan is replaced. Rejects with a ProblemError. */
export async function openPlanFile(file: string): Promise<(plan: SavedPlan) => Promise<void>> {
  await refuseOther(file)
  await tryReplace(file).catch(unwritable(file))
  return async plan => {
    await refuseOther(file)
    await replaceFile(file, savedPlanText(plan)).catch(unwritable(file))
  }
}

async function refuseOther(file: string): Promise<void> {
  const found = await readText(file).catch((cause: NodeJS.ErrnoException) =>
    cause.code === 'ENOENT' ? undefined : unwritable(file)(cause),
  )
  if (found === undefined || isSavedPlan(found)) return
  throw new ProblemError([cliProblem.noSavedPlan({}, file)])
}

/** Opened once, since others may exchange or fill a file in a directory that they share. */
async function readText(file: string): Promise<string> {
  return (await readNamedFile(file, largest)).toString('utf8')
}

const unwritable = (file: string) => (cause: Error) => {
  throw new ProblemError([cliProblem.planUnwritable({}, file, cause.message)])
}
