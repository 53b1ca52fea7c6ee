/** The order among cells: a canary first and alone, then so many at once; what fails stops those not begun. */

import { suggestion } from '../diagnostic/nearest.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import { createLimit } from '../limit.ts'
import type { CellOrder, RunRequest } from './api.ts'

/** What is wrong with the order that was asked for. Needs no host. */
export function orderProblems({
  inventory,
  order,
}: Pick<RunRequest, 'inventory' | 'order'>): readonly Problem[] {
  const names = inventory.cells.map(cell => cell.name)
  const { canary } = order
  if (canary === undefined || names.includes(canary)) return []
  return [
    error(`--canary names the cell ${JSON.stringify(canary)}, which the inventory does not have`, {
      ...suggestion(canary, names, `it has ${names.join(', ')}`),
    }),
  ]
}

/**
 * Calls `change` for each cell, as the order says. It resolves with whether the cell bore it; after one that did not,
 * no other is begun unless the order says to keep going. Nothing is begun once the signal is aborted.
 */
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
  return (host, work) => {
    const turn = turns.get(host) ?? createLimit(1)
    turns.set(host, turn)
    return turn(work)
  }
}
