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

/** Calls `change` for each cell in order. After one that did not go well none is begun, unless the order says to keep going. */
export async function inCellOrder(
  cells: readonly string[],
  order: CellOrder,
  signal: AbortSignal,
  change: (cell: string) => Promise<boolean>,
): Promise<void> {
  let failed = false
  const begin = async (cell: string) => {
    if (signal.aborted || (failed && !order.keepGoing)) return
    if (!(await change(cell))) failed = true
  }
  const first = cells.filter(cell => cell === order.canary)
  for (const cell of first) await begin(cell)
  const atOnce = createLimit(Math.max(1, order.parallelCells))
  const others = cells.filter(cell => cell !== order.canary)
  await Promise.all(others.map(cell => atOnce(() => begin(cell))))
}

/** Runs work on one host only after what was asked for before on that host: cells may share hosts. */
export function createHostTurns(): <T>(host: string, work: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, ReturnType<typeof createLimit>>()
  return (host, work) => remembered(turns, host, () => createLimit(1))(work)
}
