import { exporterName } from '../../../roles/exporters/definition.ts'
import { releaseOf } from '../../../roles/index.ts'
import type { ReleaseDefinition } from '../../../roles/release.ts'
import type { Component, Inventory } from '../model.ts'

/** The releases that entries of the inventory describe, by their component. */
export function ownReleases({ cells }: Pick<Inventory, 'cells'>): ReadonlyMap<Component, ReleaseDefinition> {
  const all = cells.flatMap(({ exporters }) => Object.values(exporters ?? {}))
  const own = all.flatMap(({ definition }) => (definition?.release.own ? [definition] : []))
  return new Map(own.map(definition => [exporterName(definition), definition.release]))
}

/** What releases of a component consist of. Throws a RangeError if its program is a package of the host's own system. */
export function releaseIn(inventory: Pick<Inventory, 'cells'>, component: Component): ReleaseDefinition {
  return ownReleases(inventory).get(component) ?? releaseOf(component)
}
