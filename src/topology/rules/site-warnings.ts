/** Warnings about configs that are valid for upstream but do not work well with a pair. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell } from '../../inventory/model.ts'
import { goMatcher } from '../../inventory/value/go-regexp.ts'
import { checkHostFiles } from './host-files.ts'
import { checkLabelVariables } from './label-variables.ts'
import { checkLocalhost } from './localhost.ts'
import { checkSlips } from './upstream-slips.ts'
import { checkReceivers, checkWatchdog } from './watchdog-route.ts'

/** Warnings of all cells; one that several cells share, as from `defaults`, is there once. */
export function siteWarnings(cells: readonly Cell[]): readonly Problem[] {
  const found: Problem[] = []
  const match = goMatcher()
  for (const cell of cells) {
    checkLocalhost(cell, found)
    checkSlips(cell, found)
    checkLabelVariables(cell, found)
    checkHostFiles(cell, found)
    checkReceivers(cell, found)
    checkWatchdog(cell, found, match)
  }
  const seen = new Set<string>()
  return found.filter(problem => {
    const { source } = problem
    const key = source
      ? JSON.stringify([source.file, source.line, source.column, problem.detail])
      : JSON.stringify(problem)
    return !seen.has(key) && seen.add(key)
  })
}
