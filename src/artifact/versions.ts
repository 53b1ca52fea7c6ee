/** Which version of each component an inventory means. */
import { definitionOf, releasedComponents } from '../../roles/index.ts'
import type { Component, Inventory } from '../inventory/model.ts'
import { type Lock, newestLocked } from './lock.ts'
import type { Source } from './source.ts'
import { compareVersions } from './version-order.ts'

/** Of what is released as archives, the components that some cell of the inventory runs. */
export function usedComponents(inventory: Inventory): readonly Component[] {
  return releasedComponents.filter(component =>
    inventory.cells.some(cell => definitionOf(component).settings?.(cell) !== undefined),
  )
}

/**
 * The inventory's pin, else the newest locked version, else what the source offers. With `update` the source is
 * asked again, and counts where it is newer. The source is asked for nothing that no cell uses.
 */
export async function chooseVersions(
  inventory: Inventory,
  lock: Lock,
  source: Pick<Source, 'name' | 'defaultVersion'>,
  update: boolean,
): Promise<Readonly<Partial<Record<Component, string>>>> {
  const used = usedComponents(inventory)
  const choose = async (component: Component): Promise<string | undefined> => {
    const pinned = inventory.versions[component]
    if (pinned !== undefined) return pinned
    const locked = newestLocked(lock, component, source.name)
    if ((locked !== undefined && !update) || !used.includes(component)) return locked
    const offered = await source.defaultVersion(component)
    return locked !== undefined && compareVersions(locked, offered) > 0 ? locked : offered
  }
  const chosen: Partial<Record<Component, string>> = {}
  for (const component of releasedComponents) {
    const version = await choose(component)
    if (version !== undefined) chosen[component] = version
  }
  return chosen
}
