/** Makes the problems of an inventory safe to show. */
import { defined } from '../../diagnostic/defined.ts'
import { distinct } from '../../diagnostic/order.ts'
import type { Problem, SourceRange } from '../../diagnostic/problem.ts'
import { redact } from '../../diagnostic/redact.ts'
import { inventoryProblem } from '../messages.ts'

/** In the order of the text, each once, without secrets and without contents of `hidden` files, by their shown names. */
export function safeProblems(
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
      ...defined({ detail: detail && redact(detail, secrets), remedy: remedy && redact(remedy, secrets) }),
      ...(of ? { source: { ...(place as SourceRange), ...(clean ? { text } : {}) } } : {}),
    }
  })
}

/** Sorted, and each problem once: those of `defaults` are found again for every cell. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  const each = distinct(problems)
  const files = [...new Set(each.map(problem => problem.source?.file))]
  return each.toSorted(
    ({ source: a }, { source: b }) =>
      files.indexOf(a?.file) - files.indexOf(b?.file) ||
      (a?.line ?? 0) - (b?.line ?? 0) ||
      (a?.column ?? 0) - (b?.column ?? 0),
  )
}

/** The problem with its place and without anything from the file. */
export function withoutContent({ code, severity, summary, source, contentFree }: Problem): Problem {
  const shown = source ? JSON.stringify(source.file) : 'The file'
  const place = source ? { source: { file: source.file, line: source.line, column: source.column } } : {}
  const say = severity === 'error' ? inventoryProblem.hiddenError : inventoryProblem.hiddenWarning
  return { ...say(place, shown), ...(contentFree ? { code, summary } : {}) }
}
