/** Where in a rule file a query is wrong: promtool names the query's place, and a line and column within the query. */
import type { Finding, Spot } from './message.ts'

/** One line of a query, and where it begins in the file. */
type Line = Spot & { readonly text: string }

/** Undefined where a query is written so that its lines are not those of the file. */
export function placeInExpression(content: string, { text, line, column }: Finding): Spot | undefined {
  const [, row, offset, said = ''] = /could not parse expression: (\d{1,9}):(\d{1,9}): (.*)/.exec(text) ?? []
  if (line === undefined || column === undefined || row === undefined) return undefined
  const lines = linesOf(content.split('\n'), line, column)
  if (/unclosed left|inside (?:braces|brackets|parentheses)|unexpected end of input/.test(said)) {
    const open = lastOpen(lines)
    if (open) return open
  }
  const found = lines[Number(row) - 1]
  // The end of a query is told just behind it.
  if (!found || Number(offset) > found.text.length + 1) return undefined
  return { line: found.line, column: found.column + Number(offset) - 1 }
}

/** Empty if they are not those of the file: folded, escaped, or over several lines without a sign. */
function linesOf(all: readonly string[], line: number, column: number): readonly Line[] {
  const first = all[line - 1]?.slice(column - 1) ?? ''
  if (/^\|[-+]?\s*(#.*)?$/.test(first)) {
    const rest = all.slice(line)
    const begin = rest.find(one => one.trim() !== '') ?? ''
    const indent = begin.length - begin.trimStart().length
    const end = rest.findIndex(one => one.trim() !== '' && !one.startsWith(' '.repeat(Math.max(1, indent))))
    return rest
      .slice(0, end === -1 ? undefined : end)
      .map((one, index) => ({ line: line + index + 1, column: indent + 1, text: one.slice(indent) }))
  }
  const quote = /^["']/.exec(first)?.[0]
  if (/^[>|&*!]/.test(first) || (quote && /\\|''/.test(first))) return []
  if (quote === undefined) return [{ line, column, text: first.replace(/\s+#.*$/, '').trimEnd() }]
  const end = first.indexOf(quote, 1)
  return end === -1 ? [] : [{ line, column: column + 1, text: first.slice(1, end) }]
}

/** The last bracket that is not closed, outside of the texts in quotes. */
function lastOpen(lines: readonly Line[]): Spot | undefined {
  const open: Spot[] = []
  let quote = ''
  for (const { line, column, text } of lines)
    for (let at = 0; at < text.length; at += 1) {
      const one = text[at] ?? ''
      if (quote !== '') {
        if (one === '\\' && quote !== '`') at += 1
        else if (one === quote) quote = ''
      } else if ('"\'`'.includes(one)) quote = one
      else if (one === '#') break
      else if ('([{'.includes(one)) open.push({ line, column: column + at })
      else if (')]}'.includes(one)) open.pop()
    }
  return quote === '' ? open.at(-1) : undefined
}
