/** All that can be checked without touching a host. */
import { UnwritableLockError } from '../../artifact/cache/disk-problem.ts'
import { checkLocally } from '../../check/local-check.ts'
import { withoutSource } from '../../check/tool/sourceless.ts'
import { checkAvailability } from '../../check/tool/sources.ts'
import { distinct } from '../../diagnostic/order.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Inventory } from '../../inventory/model.ts'
import { suggestStandardRules } from '../../topology/rules/standard-rules.ts'
import type { Emit } from '../event.ts'
import { prepareAll } from '../prepare.ts'

/** `strict`: a check that could not be made here is an error. Rejects if the inventory cannot be turned into resources. */
export async function validate(
  inventory: Inventory,
  emit: Emit,
  signal: AbortSignal,
  { strict = false }: { readonly strict?: boolean } = {},
): Promise<readonly Problem[]> {
  const { artifacts, instances } = await prepareAll(inventory, emit, signal).catch(cause =>
    withoutSource(cause, inventory),
  )
  const found = await Promise.all([
    checkLocally(instances, artifacts, inventory, { ruleTests: true }),
    checkAvailability(instances, artifacts, inventory),
  ])
  const problems = distinct(found.flatMap(one => one.problems))
  const unchecked = found.flatMap(one => one.unchecked)
  const unsaved = await artifacts.save().then(() => [], unwritable)
  const missing = strict ? unchecked.map(problem => ({ ...problem, severity: 'error' as const })) : unchecked
  return [...problems, ...missing, ...unsaved, ...suggestStandardRules(inventory.cells)]
}

/** Nothing depends on the lock file here: a read-only checkout can be validated. */
function unwritable(cause: unknown): readonly Problem[] {
  if (!(cause instanceof UnwritableLockError)) throw cause
  return cause.problems.map(problem => ({ ...problem, severity: 'warning' }))
}
