/** Which cell collects from which: only from cells that have replicas, and never in a loop. */
import type { Problem } from '../../../diagnostic/problem.ts'
import type { Cell, CellText } from '../../../inventory/model.ts'
import { cellTextOf } from '../../../inventory/origin.ts'
import { at, quoted, wasRejected } from '../../../inventory/text/place.ts'
import { topologyProblem } from '../../messages.ts'

/** Source cells that are unknown, named twice, without replicas, or part of a loop. */
export function federationProblems(cells: readonly Cell[]): readonly Problem[] {
  const problems: Problem[] = []
  const texts = new Map(cells.map(cell => [cell.name, cellTextOf(cell)]))
  for (const [name, { federation }] of texts) {
    const from = federation?.from ?? []
    for (const [index, source] of from.entries()) {
      const where = at(from, index)
      const cell = texts.get(source)
      const of = `federation of cell ${quoted(name)}`
      if (cell === undefined) {
        const others = [...texts.keys()].filter(other => other !== name)
        problems.push(topologyProblem.unknownCell(where, of, source, others))
      } else if (from.indexOf(source) < index) {
        problems.push(topologyProblem.cellTwice(where, of, source))
      } else if (source === name) {
        problems.push(topologyProblem.federatesItself(where, of))
      } else if (Object.keys(cell.prometheus?.replicas ?? {}).length === 0 && !isUnread(cell)) {
        problems.push(topologyProblem.noReplicasToCollect(where, of, source))
      }
    }
  }
  return [...problems, ...loopProblems(texts)]
}

/** Whether the cell's replicas were wrong and are reported already. */
function isUnread(cell: CellText): boolean {
  return (
    wasRejected(cell, 'prometheus') || (cell.prometheus != null && wasRejected(cell.prometheus, 'replicas'))
  )
}

/** In a loop, series would come back to their own cell again and again. Each loop is reported once. */
function loopProblems(texts: ReadonlyMap<string, CellText>): readonly Problem[] {
  const problems: Problem[] = []
  const done = new Set<string>()
  const open: string[] = []
  const visit = (name: string): void => {
    open.push(name)
    const from = texts.get(name)?.federation?.from ?? []
    for (const [index, source] of from.entries()) {
      if (source === name || !texts.has(source) || done.has(source)) continue
      if (!open.includes(source)) visit(source)
      else {
        const loop = [...open.slice(open.indexOf(source)), source].map(quoted).join(' collects from ')
        problems.push(topologyProblem.federationLoop(at(from, index), loop))
      }
    }
    open.pop()
    done.add(name)
  }
  for (const name of texts.keys()) if (!done.has(name)) visit(name)
  return problems
}
