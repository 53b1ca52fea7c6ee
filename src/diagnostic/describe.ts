import type { Problem, SourceRange } from './problem.ts'
import { visibleColumns } from './visible.ts'

/** The whole problem as plain text of several lines, without a final newline. Colours are the reporter's. */
export function describe(problem: Problem): string {
  const lines = [`${problem.severity === 'error' ? 'Error' : 'Warning'}: ${problem.summary}`]
  const where = [problem.host, problem.resource].filter(part => part !== undefined).join(', ')
  if (where !== '') lines.push(`  on ${where}`)
  if (problem.source) {
    lines.push(`  at ${location(problem.source)}`)
    const code = frame(problem.source)
    if (code !== '') lines.push(indent(code, 2))
  }
  if (problem.detail) lines.push(indent(problem.detail.trimEnd(), 2))
  if (problem.remedy) lines.push(indent(`What to do: ${problem.remedy}`, 2))
  return lines.join('\n')
}

/** Every line of a text moved to the right; empty lines stay empty. */
export function indent(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(columns))
}

const width = 100

/** `FILE:LINE:COLUMN`, as editors and terminals make links of it. */
export function location(range: SourceRange): string {
  return `${range.file}:${range.line}:${range.column}`
}

/** The offending line with its number, and carets below it; empty without a text. Of a long line the part around the column. */
export function frame(range: SourceRange): string {
  if (range.text === undefined) return ''
  const number = String(range.line)
  const line = visibleColumns(range.text)
  const start = range.column > width - 20 ? range.column - 41 : 0
  const cutLeft = start > 0 ? '…' : ''
  const cutRight = line.length > start + width ? '…' : ''
  const shown = line.slice(start, start + width)
  const offset = range.column - 1 - start
  const carets = Math.max(1, Math.min(range.length ?? 1, shown.length - offset))
  const below = `${' '.repeat(offset + cutLeft.length)}${'^'.repeat(carets)}`
  return ` ${number} | ${cutLeft}${shown}${cutRight}\n ${' '.repeat(number.length)} | ${below}`
}
