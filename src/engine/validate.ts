/** All that can be checked without touching a host. */
import type { Problem } from '../diagnostic/problem.ts'
import { components, type Inventory } from '../inventory/model.ts'
import type { Emit } from './event.ts'
import { checkLocally } from './local-check.ts'
import { prepare } from './prepare.ts'

/** Rejects with a ProblemError where the inventory cannot even be turned into resources. */
export async function validate(
  inventory: Inventory,
  emit: Emit,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const selection = {
    hosts: new Set(inventory.hosts.map(host => host.name)),
    components: new Set(components),
  }
  const { artifacts, instances } = await prepare({ inventory, selection, emit, signal })
  const problems = await checkLocally(instances, artifacts, inventory)
  await artifacts.save()
  return problems
}
