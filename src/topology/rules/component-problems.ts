/** What components say of a cell once it is known who is in it. */
import { definitions } from '../../../roles/index.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Inventory } from '../../inventory/model.ts'
import { buildTopology } from '../build.ts'

/** Of cells that are otherwise right. */
export function componentProblems(inventory: Inventory): readonly Problem[] {
  const { cells } = inventory
  const judges = definitions.filter(
    ({ cellProblems, settings }) => cellProblems && cells.some(cell => settings?.(cell)),
  )
  if (judges.length === 0) return []
  const topology = buildTopology(inventory)
  return topology.cells.flatMap((one, index) => {
    const cell = cells[index]
    return cell ? judges.flatMap(({ cellProblems }) => cellProblems?.(cell, one) ?? []) : []
  })
}
