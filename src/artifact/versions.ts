/** Which version of each component an inventory means. */
import type { ComponentDefinition } from '../../roles/component.ts'
import { exporterName } from '../../roles/exporters/definition.ts'
import { componentsOfRelease, releasedComponents } from '../../roles/index.ts'
import { distinct } from '../diagnostic/order.ts'
import { ownReleases } from '../inventory/artifact/own-releases.ts'
import type { Component, Inventory } from '../inventory/model.ts'
import { type Lock, newestLocked } from './lock/lock.ts'
import { AbsentError } from './model.ts'
import type { ReleaseSource } from './source/source.ts'
import { compareVersions } from './version-order.ts'

/** Of what is released as archives, the components that some cell of the inventory runs; of `chosen` only, if given. */
export function usedComponents(inventory: Inventory, chosen?: ReadonlySet<Component>): readonly Component[] {
  const isWanted = (component: Component) => chosen?.has(component) ?? true
  // Another one of a kind has the kind's program.
  const programs = new Set(
    inventory.cells
      .flatMap(({ exporters }) => Object.entries(exporters ?? {}))
      .flatMap(([name, { definition }]) => (definition && isWanted(name) ? [exporterName(definition)] : [])),
  )
  const isSet = ({ settings }: Pick<ComponentDefinition, 'settings'>) =>
    inventory.cells.some(cell => settings?.(cell) !== undefined)
  return [
    ...releasedComponents.filter(
      one => programs.has(one) || componentsOfRelease(one).some(each => isWanted(each.name) && isSet(each)),
    ),
    ...[...ownReleases(inventory).keys()].filter(component => programs.has(component)),
  ]
}

/** The inventory's pin, else the newest locked version, else what the source offers, which with `update` counts if newer. */
export async function chooseVersions(
  inventory: Inventory,
  lock: Lock,
  sourceOf: (component: Component) => Pick<ReleaseSource, 'name' | 'defaultVersion'>,
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
  if (absent.length > 0) throw new AbsentError(distinct(absent.flatMap(({ problems }) => problems)))
}
