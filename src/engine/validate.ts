/** All that can be checked without touching a host. */
import type { Problem } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import type { Emit } from './event.ts'
import { checkLocally } from './local-check.ts'
import { prepareAll } from './prepare.ts'

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
  const { artifacts, instances } = await prepareAll(inventory, emit, signal)
  const { problems, unchecked } = await checkLocally(instances, artifacts, inventory)
  await artifacts.save()
  const missing = strict ? unchecked.map(problem => ({ ...problem, severity: 'error' as const })) : unchecked
  return [...problems, ...missing]
}
