import type { CellTopology, Topology } from './model.ts'

/** The cell of that name; undefined for what belongs to none that is left. */
export function cellNamed({ cells }: Topology, name: string): CellTopology | undefined {
  return cells.find(cell => cell.name === name)
}
