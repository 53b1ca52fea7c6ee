/** The order among cells: a canary first and alone, then so many at once; what fails stops those not begun. */
import { remembered } from '../../diagnostic/grouped.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { createLimit } from '../../limit.ts'
import type { CellOrder, RunRequest } from '../api.ts'
import { orderProblem } from '../messages.ts'

/** What is wrong with the order that was asked for. Needs no host. */
export function orderProblems(request: Pick<RunRequest, 'inventory' | 'order'>): readonly Problem[] {
  const names = request.inventory.cells.map(cell => cell.name)
  const { canary } = request.order
  if (canary === undefined || names.includes(canary)) return []
  return [orderProblem.unknownCanary({}, canary, names)]
}

/**
 * Calls `change` for each cell, in the order of the map, whose values name what has to be changed before a cell. After one that did not
 * go well none is begun; if the order says to keep going, only those that have to come after it are not.
 */
export async function inCellOrder(
  cells: ReadonlyMap<string, readonly string[]>,
  order: CellOrder,
  signal: AbortSignal,
  change: (cell: string) => Promise<boolean>,
): Promise<void> {
  const done = new Map<string, Promise<boolean>>()
  let failed = false
  const begin = async (cell: string): Promise<boolean> => {
    const before = await Promise.all((cells.get(cell) ?? []).map(name => done.get(name)))
    if (signal.aborted || before.includes(false) || (failed && !order.keepGoing)) return false
    const ok = await change(cell)
    if (!ok) failed = true
    return ok
  }
  const start = (cell: string, work: () => Promise<boolean>) => {
    const begun = work()
    done.set(cell, begun)
    return begun
  }
  const first = order.canary === undefined ? new Set<string>() : withPredecessors(order.canary, cells)
  const names = [...cells.keys()]
  for (const cell of names.filter(name => first.has(name))) await start(cell, () => begin(cell))
  const atOnce = createLimit(Math.max(1, order.parallelCells))
  // What waits for another cell holds its turn: that cell has one already, since it stands earlier.
  const others = names.filter(name => !first.has(name))
  await Promise.all(others.map(cell => start(cell, () => atOnce(() => begin(cell)))))
}

/** The cell and all that has to be changed before it. */
function withPredecessors(cell: string, cells: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>([cell])
  for (const name of found) for (const before of cells.get(name) ?? []) found.add(before)
  return found
}

/** Runs work on one host only after what was asked for before on that host: cells may share hosts. */
export function createHostTurns(): <T>(host: string, work: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, ReturnType<typeof createLimit>>()
  return (host, work) => remembered(turns, host, () => createLimit(1))(work)
}
