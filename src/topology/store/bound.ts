/** Cells that a shared store binds together: what is done to one of them depends on the others. */
import type { CellTopology } from '../model.ts'

/** The cells of these names, and those that write to the same store as one of them, or have it. */
export function boundCells(
  cells: readonly CellTopology[],
  names: ReadonlySet<string>,
): readonly CellTopology[] {
  const pairs = cells.flatMap(({ name, sinks }) => sinks.map(({ store }) => [name, store] as const))
  const bound = new Set(names)
  for (;;) {
    const more = pairs.filter(([one, other]) => bound.has(one) !== bound.has(other))
    if (more.length === 0) return cells.filter(({ name }) => bound.has(name))
    for (const name of more.flat()) bound.add(name)
  }
}
