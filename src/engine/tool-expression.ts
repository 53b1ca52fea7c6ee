/** Where in a rule file a query is wrong: promtool names the query's place, and a line and column within the query. */
import type { Finding } from './tool-message.ts'

/** Undefined where a query is written so that its lines are not those of the file. Lines and columns count from 1. */
export function placeInExpression(
  content: string,
  { text, line, column }: Finding,
): { readonly line: number; readonly column: number } | undefined {
  const [, row, offset] = /could not parse expression: (\d{1,9}):(\d{1,9}): /.exec(text) ?? []
  if (line === undefined || column === undefined || row === undefined) return undefined
  const lines = content.split('\n')
  const first = lines[line - 1]?.slice(column - 1) ?? ''
  const [down, right] = [Number(row), Number(offset)]
  if (/^\|[-+]?\s*(#.*)?$/.test(first)) {
    const begin = lines.slice(line).find(one => one.trim() !== '')
    const indent = begin === undefined ? 0 : begin.length - begin.trimStart().length
    return within(lines, line + down, indent + right)
  }
  const isQuoted = /^["']/.test(first)
  if (down !== 1 || /^[>|]/.test(first) || (isQuoted && /\\|''/.test(first))) return undefined
  return within(lines, line, column - 1 + right + (isQuoted ? 1 : 0))
}

/** The end of a query may be told just behind its line. */
function within(lines: readonly string[], line: number, column: number) {
  const text = lines[line - 1]
  return text === undefined || column > text.length + 1 ? undefined : { line, column }
}
