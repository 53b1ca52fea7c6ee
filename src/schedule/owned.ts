/** What a schedule runs and believes: all of it must be ours, because its runs are unattended. */
import { dirname, join } from 'node:path'
import { lockPath } from '../artifact/lock/lock-file.ts'
import type { Problem } from '../diagnostic/problem.ts'
import { readNamed } from '../inventory/read.ts'
import { command } from '../shell/syntax/quote.ts'
import { isBelow } from '../trust/checkout.ts'
import { allForeign, type Foreign, findForeignBelow } from '../trust/ours.ts'
import { scheduleProblem } from './messages.ts'
import type { Schedule } from './model.ts'

/** What of the installed promha is run: its code, and the templates of what hosts are given. */
const parts = ['dist', 'roles', 'package.json']

/** Everything that somebody else can change of what this schedule would run or believe, each with the command to type. */
export async function ownershipProblems(
  { inventory, program: [node, script], environmentFile }: Schedule,
  unitDirectory: string,
): Promise<readonly Problem[]> {
  const lock = lockPath({ file: inventory, directory: dirname(inventory) }).path
  const files = [node, script, unitDirectory, ...(environmentFile === undefined ? [] : [environmentFile])]
  const read = await readNamed(inventory)
  const named = allForeign([...files, ...read.named, lock])
  const root = dirname(dirname(script))
  const trees = parts.flatMap(part => {
    const tree = join(root, part)
    const found = findForeignBelow(tree)
    // Of thousands of files of one checkout, one is told, and how to put all of them right.
    return found === undefined || named.some(({ path }) => path === found.path) ? [] : [whole(tree, found)]
  })
  const { fileNotOurs } = scheduleProblem
  const foreign = [...named, ...trees].map(({ path, why, remedy }) => fileNotOurs({}, path, why, remedy))
  return [...foreign, ...read.unclear]
}

function whole(tree: string, foreign: Foreign): Foreign {
  if (!isBelow(foreign.path, tree)) return foreign
  const chown = command('chown', '-R', `${process.geteuid?.() ?? 0}`, tree)
  const remedy = `Run \`${chown} && ${command('chmod', '-R', 'go-w', tree)}\` if you trust it.`
  return { ...foreign, remedy }
}
