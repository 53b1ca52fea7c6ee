/** Datasources of the user's that have the name or the uid of one that promha writes. */
import type { Problem } from '../../src/diagnostic/problem.ts'
import type { Cell } from '../../src/inventory/model.ts'
import { at } from '../../src/inventory/text/place.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { datasourcesOf } from './datasources.ts'
import { grafanaProblem } from './messages.ts'

/** Which names promha takes depends on what is in the cell and on its stores. */
export function sameDatasources(cell: Cell, topology: CellTopology): readonly Problem[] {
  const own = cell.grafana?.datasources ?? []
  if (own.length === 0) return []
  // The version says nothing about names.
  const { datasources } = datasourcesOf(cell, topology, undefined)
  return own.flatMap(({ file, value }) => {
    const what = (['name', 'uid'] as const).find(key => datasources.some(known => known[key] === value[key]))
    if (what === undefined) return []
    return [grafanaProblem.sameDatasource(at(value, what), { file, what, value: String(value[what]) })]
  })
}
