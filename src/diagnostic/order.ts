/** The order in which problems are shown, however long each took to be found. */
import { type Problem, ProblemError, problemKey } from './problem.ts'

/** By file, line and column, the file `first` before all others; then those without a place. Equals by their summary. */
export function inOrder(problems: readonly Problem[], first: string): readonly Problem[] {
  return problems.toSorted(
    (a, b) =>
      rank(a, first) - rank(b, first) ||
      compareText(a.source?.file ?? '', b.source?.file ?? '') ||
      (a.source?.line ?? 0) - (b.source?.line ?? 0) ||
      (a.source?.column ?? 0) - (b.source?.column ?? 0) ||
      compareText(a.summary, b.summary),
  )
}

/** Each problem once, in the place where it stands first. */
export function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map(problem => [problemKey(problem), problem])).values()]
}

/** Throws the problems of all work that failed, each once; an error of another kind comes first. */
export function throwFailed(results: readonly PromiseSettledResult<unknown>[]): void {
  const failures = results.flatMap(result => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const problems = failures.flatMap(failure => {
    if (failure instanceof ProblemError) return failure.problems
    throw failure
  })
  if (problems.length > 0) throw new ProblemError(distinct(problems))
}

function rank({ source }: Problem, first: string): number {
  if (!source) return 2
  return source.file === first ? 0 : 1
}

export function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
