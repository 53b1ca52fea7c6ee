/** The order in which problems are shown, however long each took to be found. */
import type { Problem } from './problem.ts'

/** By file, line and column, the file `first` before all others; then those without a place. Equals by their summary. */
export function inOrder(problems: readonly Problem[], first: string): readonly Problem[] {
  return problems.toSorted(
    (a, b) =>
      rank(a, first) - rank(b, first) ||
      compare(a.source?.file ?? '', b.source?.file ?? '') ||
      (a.source?.line ?? 0) - (b.source?.line ?? 0) ||
      (a.source?.column ?? 0) - (b.source?.column ?? 0) ||
      compare(a.summary, b.summary),
  )
}

function rank({ source }: Problem, first: string): number {
  if (!source) return 2
  return source.file === first ? 0 : 1
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
