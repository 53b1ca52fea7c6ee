import type { SourceRange } from './problem.ts'
import { visibleColumns } from './visible.ts'

const width = 100

/** `FILE:LINE:COLUMN`, as editors and terminals make links of it. */
export function location(range: SourceRange): string {
  return `${range.file}:${range.line}:${range.column}`
}

/**
 * The offending line with its number and carets below it, two lines without a final newline; empty where the
 * range carries no text. Of a long line only the part around the column is shown.
 */
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
  const margin = ' '.repeat(number.length)
  return [
    ` ${number} | ${cutLeft}${shown}${cutRight}`,
    ` ${margin} | ${' '.repeat(offset + cutLeft.length)}${'^'.repeat(carets)}`,
  ].join('\n')
}
