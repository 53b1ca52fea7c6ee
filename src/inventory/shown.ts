/** Makes the problems of an inventory safe to show. */
import type { Problem, SourceRange } from '../diagnostic/problem.ts'
import { redact } from '../diagnostic/redact.ts'
import { withoutContent } from './outside.ts'

/**
 * The problems in the order of the text, each once: without secrets, and without contents of files outside the inventory's
 * directory (`hidden`, by their names in messages).
 */
export function shown(
  problems: readonly Problem[],
  secrets: readonly string[],
  hidden: ReadonlySet<string>,
): readonly Problem[] {
  const open = problems.map(problem =>
    problem.source && hidden.has(problem.source.file) ? withoutContent(problem) : problem,
  )
  return masked(unique(open), secrets)
}

/** Messages quote what was written, so secrets in them are masked here, for all of them. */
function masked(problems: readonly Problem[], secrets: readonly string[]): readonly Problem[] {
  return problems.map(({ summary, detail, remedy, source: of, ...rest }) => {
    const { text, ...place } = of ?? {}
    const clean = text !== undefined && redact(text, secrets) === text
    return {
      ...rest,
      summary: redact(summary, secrets),
      ...(detail === undefined ? {} : { detail: redact(detail, secrets) }),
      ...(remedy === undefined ? {} : { remedy: redact(remedy, secrets) }),
      ...(of ? { source: { ...(place as SourceRange), ...(clean ? { text } : {}) } } : {}),
    }
  })
}

/** Sorted, and each problem once: those of `defaults` are found again for every cell. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  const byPlace = new Map<string, Problem>()
  for (const problem of problems) {
    const { file, line, column } = problem.source ?? {}
    const key = [problem.summary, file, line, column].join(' ')
    if (!byPlace.has(key)) byPlace.set(key, problem)
  }
  const files = [...new Set([...byPlace.values()].map(problem => problem.source?.file))]
  return [...byPlace.values()].sort(
    ({ source: a }, { source: b }) =>
      files.indexOf(a?.file) - files.indexOf(b?.file) ||
      (a?.line ?? 0) - (b?.line ?? 0) ||
      (a?.column ?? 0) - (b?.column ?? 0),
  )
}
