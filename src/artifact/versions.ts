/** Which version of each component an inventory means. */
import { exporterName } from '../../roles/exporters/definition.ts'
import { definitionOf, releasedComponents } from '../../roles/index.ts'
import type { Component, Inventory } from '../inventory/model.ts'
import { ownReleases } from '../inventory/own-releases.ts'
import { type Lock, newestLocked } from './lock.ts'
import { AbsentError } from './model.ts'
import type { Source } from './source.ts'
import { compareVersions } from './version-order.ts'

/** Of what is released as archives, the components that some cell of the inventory runs. */
export function usedComponents(inventory: Inventory): readonly Component[] {
  // Another one of a kind has the kind's program.
  const kinds = new Set(
    inventory.cells
      .flatMap(({ exporters }) => Object.values(exporters ?? {}))
      .flatMap(({ definition }) => (definition ? [exporterName(definition)] : [])),
  )
  return [
    ...releasedComponents.filter(
      component =>
        kinds.has(component) ||
        inventory.cells.some(cell => definitionOf(component).settings?.(cell) !== undefined),
    ),
    ...ownReleases(inventory).keys(),
  ]
}

/**
 * The inventory's pin, else the newest locked version, else what the source offers. With `update` the source is
 * asked again, and counts where it is newer. The source is asked for nothing that no cell uses.
 */
export async function chooseVersions(
  inventory: Inventory,
  lock: Lock,
  sourceOf: (component: Component) => Pick<Source, 'name' | 'defaultVersion'>,
  update: boolean,
): Promise<Readonly<Partial<Record<Component, string>>>> {
  const used = usedComponents(inventory)
  const choose = async (component: Component): Promise<string | undefined> => {
    const pinned = inventory.versions[component]
    if (pinned !== undefined) return pinned
    const source = sourceOf(component)
    const locked = newestLocked(lock, component, source.name)
    if ((locked !== undefined && !update) || !used.includes(component)) return locked
    const offered = await source.defaultVersion(component)
    return locked !== undefined && compareVersions(locked, offered) > 0 ? locked : offered
  }
  const own = [...ownReleases(inventory)].map(([component, { version }]) => [component, version] as const)
  const results = await Promise.allSettled(
    releasedComponents.map(async component => [component, await choose(component)] as const),
  )
  throwAll(results)
  const chosen = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  return Object.fromEntries([...chosen, ...own].filter(([, version]) => version !== undefined))
}

/** All that a source lacks is told at once. */
function throwAll(results: readonly PromiseSettledResult<unknown>[]): void {
  const failures = results.flatMap(result => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const absent = failures.filter(failure => failure instanceof AbsentError)
  if (failures.length > absent.length) throw failures.find(failure => !(failure instanceof AbsentError))
  if (absent.length > 0) throw new AbsentError(absent.flatMap(({ problems }) => problems))
}
