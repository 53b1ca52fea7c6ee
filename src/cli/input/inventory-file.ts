/** Which inventory a command means, and with which variables it is read. */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { ProblemError } from '../../diagnostic/problem.ts'
import type { Variables } from '../../inventory/edge/references.ts'
import type { InventoryRead } from '../../inventory/read.ts'
import { quote } from '../../shell/syntax/quote.ts'
import { findForeign } from '../../trust/ours.ts'
import { cliProblem } from '../messages.ts'

export interface EnvironmentFlags {
  readonly environmentFile?: string
}

/** What is read if no inventory is named. */
const standardInventory = 'inventory.yml'

/** `runs`: it resolves references and works as the user; `reads`: it does not, or by a stricter rule; `names`: it never opens it. */
type Use = 'runs' | 'reads' | 'names'

/** The argument of every command that has an inventory; its action is given the path that is meant. */
export function withInventory(command: Command, use: Use = 'runs'): Command {
  return command
    .argument('[inventory]', 'the inventory file (default: PROMHA_INVENTORY, then ./inventory.yml)')
    .option(
      '--environment-file <file>',
      use === 'names'
        ? 'taken as by every command, and not read: this command does not open the inventory'
        : 'lines NAME=VALUE with the secrets that the inventory asks for; they win over the environment',
    )
    .hook('preAction', (_, action) => {
      const [named] = action.args
      const file = inventoryFile(named)
      if (named === undefined && use === 'runs') requireOwnInventory(file, action)
      action.processedArgs[0] = file
    })
}

/** Only who names a file has decided that its author may run commands as this user. Throws a ProblemError. */
function requireOwnInventory(file: string, command: Command): void {
  const foreign = findForeign(file)
  if (foreign === undefined) return
  const words = [command.name()]
  for (let at = command.parent; at; at = at.parent) words.unshift(at.name())
  throw new ProblemError([cliProblem.inventoryNotOurs({}, { ...foreign, file, words, quote: quote(file) })])
}

/** The argument, then PROMHA_INVENTORY, then ./inventory.yml if it exists. Throws a ProblemError if there is none. */
export function inventoryFile(
  named: string | undefined,
  { PROMHA_INVENTORY: usual = '' }: NodeJS.ProcessEnv = process.env,
  exists: (path: string) => boolean = existsSync,
): string {
  if (named !== undefined) return named
  if (usual !== '') {
    if (exists(usual)) return usual
    throw new ProblemError([cliProblem.variableNamesNoFile({}, usual)])
  }
  if (exists(standardInventory)) return standardInventory
  throw new ProblemError([cliProblem.noInventory({}, standardInventory)])
}

/** Reads the inventory for a command that logs in to no host; from then on its secrets are hidden. Rejects with a ProblemError. */
export async function readHere(
  file: string,
  flags: EnvironmentFlags,
  { hide }: { readonly hide: (secrets: readonly string[]) => void },
  secrets: false | 'mirrors' = false,
): Promise<InventoryRead> {
  const { readInventory } = await import('../../site/read.ts')
  const read = await readInventory(file, { secrets, ...(await variablesOf(flags)) })
  hide(read.inventory.secrets)
  return read
}

/** The variables with which the inventory is read: what the file says wins. Rejects with a ProblemError. */
export async function variablesOf({ environmentFile: path }: EnvironmentFlags): Promise<Variables> {
  if (path === undefined) return { environment: process.env }
  const { readEnvironmentFile } = await import('../../schedule/environment/file.ts')
  const values = await readEnvironmentFile(path)
  return { environment: { ...process.env, ...values }, environmentFile: { path, names: Object.keys(values) } }
}
