/** From a command's flags to what the engine is asked. */
import type { RunRequest } from '../engine/api.ts'
import type { ProbeFlags, SelectFlags } from './options.ts'
import type { Session } from './session.ts'

/** Reads the inventory, secrets included, and selects from it. Rejects with a ProblemError. */
export async function requestOf(
  file: string,
  flags: SelectFlags & ProbeFlags,
  { emit, signal, hide, prompt }: Session,
): Promise<RunRequest> {
  const { readInventory } = await import('../inventory/read.ts')
  const { select } = await import('../inventory/select.ts')
  const began = performance.now()
  emit({ type: 'stage-begin', stage: 'read' })
  const { inventory, warnings } = await readInventory(file)
  hide(inventory.secrets)
  emit({ type: 'stage-end', stage: 'read', elapsed: performance.now() - began })
  for (const problem of warnings) emit({ type: 'problem', problem })
  signal.throwIfAborted()
  const { limit, only, skip, forks, deep = false } = flags
  const selection = select(inventory, {
    ...(limit === undefined ? {} : { limit }),
    ...(only === undefined ? {} : { only }),
    ...(skip === undefined ? {} : { skip }),
  })
  return { inventory, selection, forks, deep, emit, signal, ...(prompt === undefined ? {} : { prompt }) }
}
