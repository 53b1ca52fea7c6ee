/** Which inventory a command means, and with which variables it is read. */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { error, ProblemError } from '../diagnostic/problem.ts'
import type { Variables } from '../inventory/edge/references.ts'
import { quote } from '../shell/quote.ts'
import { findForeign } from '../trust/ours.ts'

export interface EnvironmentFlags {
  readonly environmentFile?: string
}

/** What is read if no inventory is named. */
const standardInventory = 'inventory.yml'

/**
 * What a command does with its inventory. `runs`: it resolves the references and works as the user; `reads`: it does not,
 * or has a stricter rule of its own; `names`: it never opens the file.
 */
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
  throw new ProblemError([
    error(`the inventory ${JSON.stringify(file)} is not an argument, and others can change it`, {
      detail: `${foreign.path} ${foreign.why}. Whoever can change an inventory runs commands as you. Expected of one that is not named as an argument: only root and you can change it and every directory above it.`,
      remedy: `Look at it with \`promha validate\`, which runs nothing of it. If you trust it, name it: \`${words.join(' ')} ${quote(file)}\`. ${foreign.remedy}`,
    }),
  ])
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
    throw new ProblemError([
      error(`the inventory ${JSON.stringify(usual)}, which PROMHA_INVENTORY names, does not exist`, {
        remedy: 'Set PROMHA_INVENTORY to the path of an inventory file, or name the file as an argument.',
      }),
    ])
  }
  if (exists(standardInventory)) return standardInventory
  throw new ProblemError([
    error('there is no inventory', {
      detail: `No inventory was named, PROMHA_INVENTORY is not set, and ./${standardInventory} does not exist.`,
      remedy: `Name the inventory file as an argument, set PROMHA_INVENTORY, or run in the folder of ${standardInventory}.`,
    }),
  ])
}

/** The variables with which the inventory is read: what the file says wins. Rejects with a ProblemError. */
export async function variablesOf({ environmentFile: path }: EnvironmentFlags): Promise<Variables> {
  if (path === undefined) return { environment: process.env }
  const { readEnvironmentFile } = await import('../schedule/environment-file.ts')
  const values = await readEnvironmentFile(path)
  return {
    environment: { ...process.env, ...values },
    environmentFile: { path, names: Object.keys(values) },
  }
}
