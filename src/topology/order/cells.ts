/** Which cells are changed before others: those that have a store before those that write to it. Pure. */
import type { CellTopology } from '../model.ts'

type WritingCell = Pick<CellTopology, 'name' | 'sinks'>

/**
 * Each cell, in the order in which they are changed, with the cells that have to be changed before it. Otherwise the order is that of
 * `cells`. `leaving`: those that are only losing a store; they are changed after what wrote to it.
 */
export function cellOrder(
  cells: readonly WritingCell[],
  leaving: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, readonly string[]> {
  const byName = new Map(cells.map(cell => [cell.name, cell]))
  const isWrittenTo = (name: string) =>
    cells.some(cell => cell.name !== name && cell.sinks.some(({ store }) => store === name))
  const last = new Set([...leaving].filter(name => !isWrittenTo(name)))
  const needed = ({ name, sinks }: WritingCell): readonly string[] => [
    ...new Set(sinks.flatMap(({ store }) => (store !== name && byName.has(store) ? [store] : []))),
  ]
  const order = new Map<string, readonly string[]>()
  const begun = new Set<string>()
  const place = (cell: WritingCell, before: readonly string[]) => {
    if (begun.has(cell.name)) return
    begun.add(cell.name)
    for (const name of before) {
      const other = byName.get(name)
      if (other) place(other, needed(other))
    }
    // Of two cells that write to each other's stores, one has to be first.
    order.set(
      cell.name,
      before.filter(name => order.has(name)),
    )
  }
  for (const cell of cells) if (!last.has(cell.name)) place(cell, needed(cell))
  const rest = [...order.keys()]
  for (const cell of cells) if (last.has(cell.name)) place(cell, rest)
  return order
}
