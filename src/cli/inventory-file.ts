/** Which inventory a command means, and with which variables it is read. */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { error, ProblemError } from '../diagnostic/problem.ts'
import type { Variables } from '../inventory/edge/references.ts'

export interface EnvironmentFlags {
  readonly environmentFile?: string
}

/** What is read if no inventory is named. */
const standardInventory = 'inventory.yml'

/** The argument of every command that has an inventory; its action is given the path that is meant. */
export function withInventory(command: Command): Command {
  return command
    .argument('[inventory]', 'the inventory file (default: PROMHA_INVENTORY, then ./inventory.yml)')
    .option(
      '--environment-file <file>',
      'lines NAME=VALUE with the secrets that the inventory asks for; they win over the environment',
    )
    .hook('preAction', (_, action) => {
      action.processedArgs[0] = inventoryFile(action.args[0])
    })
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
