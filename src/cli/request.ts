/** From a command's flags to what the engine is asked. */

import type { RunRequest, Selection } from '../engine/api.ts'
import type { Variables } from '../inventory/edge/references.ts'
import { type EnvironmentFlags, variablesOf } from './inventory-file.ts'
import type { ChangeFlags, ProbeFlags, SelectFlags } from './options.ts'
import type { Session } from './session.ts'

/** Reads the inventory, secrets included, and selects from it. Rejects with a ProblemError. */
export async function requestOf(
  command: string,
  file: string,
  flags: SelectFlags &
    ProbeFlags &
    ChangeFlags &
    EnvironmentFlags & { readonly selection?: Selection; readonly scheduled?: boolean },
  { emit, signal, hide, prompt, confirm }: Session,
): Promise<RunRequest> {
  const { readInventory } = await import('../site/read.ts')
  const { select } = await import('../inventory/select.ts')
  const began = performance.now()
  emit({ type: 'stage-begin', stage: 'read' })
  const { scheduled = false } = flags
  const variables = await variablesOf(flags)
  const { inventory, warnings } = await (scheduled
    ? readUnattended(file, variables)
    : readInventory(file, variables))
  hide(inventory.secrets)
  emit({ type: 'stage-end', stage: 'read', elapsed: performance.now() - began })
  for (const problem of warnings) emit({ type: 'problem', problem })
  signal.throwIfAborted()
  const { limit, only, skip, forks, deep = false } = flags
  const selection =
    flags.selection ??
    select(inventory, {
      ...(limit === undefined ? {} : { limit }),
      ...(only === undefined ? {} : { only }),
      ...(skip === undefined ? {} : { skip }),
    })
  const { canary, parallelCells = 1, keepGoing = false, allowOutage = false, lockTimeout = 0 } = flags
  const order = { ...(canary === undefined ? {} : { canary }), parallelCells, keepGoing }
  return {
    ...{ command, file, inventory, selection, forks, deep, emit, signal, order, allowOutage, lockTimeout },
    ...(prompt === undefined ? {} : { prompt }),
    ...(scheduled ? { unattended: true } : {}),
    ...(confirm === undefined ? {} : { confirm }),
  }
}

/** The same as readInventory, and rejects if somebody else can change it or anything that it names. */
async function readUnattended(file: string, variables: Variables) {
  const { readInventory } = await import('../site/read.ts')
  const { requireUnattended } = await import('../trust/foreign-problem.ts')
  const { lockPath } = await import('../artifact/lock-file.ts')
  const read = await readInventory(file, { approve: requireUnattended, ...variables })
  // Checked again after reading: if it is ours now, no other user could have changed it in between.
  requireUnattended([...read.named, lockPath(read.inventory).path])
  return read
}
