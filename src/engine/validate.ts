/** All that can be checked without touching a host. */
import { UnwritableLockError } from '../artifact/disk-problem.ts'
import type { Problem } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import { suggestStandardRules } from '../inventory/standard-rules.ts'
import type { Emit } from './event.ts'
import { checkLocally } from './local-check.ts'
import { prepareAll } from './prepare.ts'
import { withoutSource } from './sourceless.ts'

/**
 * `strict`: a check that could not be made here is an error. Rejects with a ProblemError if the inventory cannot even be
 * turned into resources.
 */
export async function validate(
  inventory: Inventory,
  emit: Emit,
  signal: AbortSignal,
  { strict = false }: { readonly strict?: boolean } = {},
): Promise<readonly Problem[]> {
  const { artifacts, instances } = await prepareAll(inventory, emit, signal).catch(cause =>
    withoutSource(cause, inventory),
  )
  const { problems, unchecked } = await checkLocally(instances, artifacts, inventory, { ruleTests: true })
  const unsaved = await artifacts.save().then(() => [], unwritable)
  const missing = strict ? unchecked.map(problem => ({ ...problem, severity: 'error' as const })) : unchecked
  return [...problems, ...missing, ...unsaved, ...suggestStandardRules(inventory.cells)]
}

/** Nothing depends on the lock file here: a read-only checkout can be validated. */
function unwritable(cause: unknown): readonly Problem[] {
  if (!(cause instanceof UnwritableLockError)) throw cause
  return cause.problems.map(problem => ({ ...problem, severity: 'warning' }))
}
