/** From a command's flags to what the engine is asked. */
import { defined } from '../../diagnostic/defined.ts'
import type { RunRequest, Selection } from '../../engine/api.ts'
import { stage } from '../../engine/stage.ts'
import type { Variables } from '../../inventory/edge/references.ts'
import type { Session } from '../session.ts'
import { type EnvironmentFlags, variablesOf } from './inventory-file.ts'
import type { ChangeFlags, ProbeFlags, ReportFlags, SelectFlags } from './options.ts'

/** Reads the inventory, secrets included, and selects from it. Rejects with a ProblemError. */
export async function requestOf(
  command: string,
  file: string,
  flags: SelectFlags &
    ProbeFlags &
    ChangeFlags &
    EnvironmentFlags &
    Pick<ReportFlags, 'verbose'> & { readonly selection?: Selection; readonly scheduled?: boolean },
  { emit, signal, hide, prompt, confirm }: Session,
): Promise<RunRequest> {
  const { readInventory } = await import('../../site/read.ts')
  const { select } = await import('../../inventory/host/select.ts')
  const { limit, only, skip, forks, deep = false, scheduled = false } = flags
  const { inventory, warnings } = await stage(emit, 'read', async () => {
    const variables = await variablesOf(flags)
    return scheduled ? readUnattended(file, variables) : readInventory(file, variables)
  })
  hide(inventory.secrets)
  for (const problem of warnings) emit({ type: 'problem', problem })
  signal.throwIfAborted()
  const selection = flags.selection ?? select(inventory, defined({ limit, only, skip }))
  const { canary, parallelCells = 1, keepGoing = false, allowOutage = false, lockTimeout = 0 } = flags
  return {
    command,
    file,
    inventory,
    selection,
    forks,
    deep,
    emit,
    signal,
    order: { ...defined({ canary }), parallelCells, keepGoing },
    allowOutage,
    lockTimeout,
    // A plan says what restarts in which order.
    explains: command === 'plan' || (flags.verbose ?? false),
    unattended: scheduled,
    ...defined({ prompt, confirm }),
  }
}

/** The same as readInventory, and rejects if somebody else can change it or anything that it names. */
async function readUnattended(file: string, variables: Variables) {
  const { readInventory } = await import('../../site/read.ts')
  const { requireUnattended } = await import('../../trust/foreign-problem.ts')
  const { lockPath } = await import('../../artifact/lock/lock-file.ts')
  const read = await readInventory(file, { approve: requireUnattended, ...variables })
  // Checked again after reading: if it is ours now, no other user could have changed it in between.
  requireUnattended([...read.named, lockPath(read.inventory).path])
  return read
}
