/** Mistakes in the syntax of a YAML text, each at the place where it was made, with what to write instead. */
import type { Problem, SourceRange } from '../../diagnostic/problem.ts'
import { columnOf, lineOf, range, type SourceText } from '../text/source-text.ts'
import { yamlProblem } from './messages.ts'
import type { Fault, OpenBefore } from './nodes.ts'

export function faultProblem(found: Fault, source: SourceText, openBefore: OpenBefore): Problem {
  const fault = atTab(found, source.text)
  const problem = faultOf(fault, source, openBefore)
  // The words may quote the text.
  return source.outside
    ? yamlProblem.invalidOtherwise(problem.source ? { source: problem.source } : {}, fault.code)
    : problem
}

const notClosed = /end with an? ([\]}])|closing (["'])/

/** The tab in the indentation of the line that a fault begins, if there is one: the reader stumbles behind it. */
function atTab(fault: Fault, text: string): Fault {
  const [at] = fault.pos
  const start = text.lastIndexOf('\n', at - 1) + 1
  const indent = text.slice(start, at)
  if (notClosed.test(fault.message) || indent.trim() !== '' || !indent.includes('\t')) return fault
  const tab = start + indent.indexOf('\t')
  return { code: 'TAB_AS_INDENT', message: fault.message, pos: [tab, tab + 1] }
}

function faultOf(fault: Fault, source: SourceText, openBefore: OpenBefore): Problem {
  const { code, message, pos } = fault
  const [start, end] = pos
  const { text } = source
  const here = where(source, start, end)
  if (code === 'TAB_AS_INDENT') return yamlProblem.tab(here)
  if (/call stack/.test(message)) return yamlProblem.tooDeep(here)
  const closing = notClosed.exec(message)
  if (closing) {
    const sign = closing[1] ?? closing[2] ?? ''
    const open = openBefore(start) ?? start
    const line = lineOf(source, Math.min(start, text.length))
    const before =
      start >= text.trimEnd().length
        ? 'the end of the text'
        : `line ${line}, column ${columnOf(source, start)}`
    const there = where(source, open, open + 1)
    return closing[1] === undefined
      ? yamlProblem.quoteNotClosed(there, before)
      : yamlProblem.bracketNotClosed(there, text[open] ?? sign, sign, before)
  }
  const stray = /^Unexpected flow-(?:seq|map)-end token in YAML stream: (.*)$/.exec(message)?.[1]
  if (stray !== undefined) return yamlProblem.closesNothing(here, stray)
  if (/^Missing , or : between flow map items/.test(message)) return yamlProblem.noComma(here, message)
  const item = /^Sequence item without - indicator/.test(message)
  const column = /^All (mapping|sequence) items must start at the same column/.exec(message)?.[1]
  if (item || column) {
    const blank = /^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0
    const there = where(source, start + blank, start + blank + 1)
    return item ? yamlProblem.ofNoItem(there) : yamlProblem.badIndent(there, column === 'mapping')
  }
  if (/^Implicit map keys need to be followed by map values/.test(message))
    return /^-\S/.test(text.slice(start)) ? yamlProblem.dashWithoutSpace(here) : yamlProblem.noColon(here)
  if (/^Invalid escape sequence/.test(message)) return yamlProblem.badEscape(here, message)
  if (/^Block collections are not allowed within flow collections/.test(message))
    return yamlProblem.noCommaInBrackets(here)
  const before = text.slice(source.lineStarts[lineOf(source, start) - 1] ?? 0, start)
  if (/at node end$/.test(message) && before.trim() === '') return yamlProblem.ofNothing(here)
  if (code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'MULTILINE_IMPLICIT_KEY')
    return indented(start, end, source, code)
  // `"up{job="a"}"`
  if (/at node end$/.test(message) && /["']\s*$/.test(before))
    return yamlProblem.textBehindQuote(here, before.trimEnd().endsWith('"'))
  if (code === 'BAD_SCALAR_START' || /at node end$/.test(message)) return yamlProblem.unquoted(here, message)
  return yamlProblem.invalid(here, message)
}

/** A key where none may stand: a colon in a value, a line that is indented too far, or a line without its colon. */
function indented(from: number, end: number, source: SourceText, code: string): Problem {
  const { text } = source
  const start = from + (/^[ \t]*/.exec(text.slice(from))?.[0].length ?? 0)
  const there = where(source, start, Math.max(end, start + 1))
  const line = lineOf(source, start)
  const lineEnd = (source.lineStarts[line] ?? text.length + 1) - 1
  const rest = text.slice(start, lineEnd)
  const next = text.slice(lineEnd + 1)
  if (/^- |^-$/.test(rest)) return yamlProblem.itemOfNoList(there)
  if (/:(\s|$)/.test(rest)) return yamlProblem.colonInValue(there)
  if (code === 'MULTILINE_IMPLICIT_KEY') {
    const whole = where(source, start, start + Math.max(1, rest.trimEnd().length))
    return /:\S/.test(rest) ? yamlProblem.colonWithoutSpace(whole) : yamlProblem.noColon(whole)
  }
  if (next.trim() === '') return yamlProblem.noKey(there)
  const blank = /^(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*/.exec(next)?.[0].length ?? 0
  const at = lineEnd + 1 + blank
  const length = /^[^\n]*/.exec(text.slice(at))?.[0].length ?? 1
  return yamlProblem.indentedBelowValue(where(source, at, at + Math.max(1, length)), line)
}

function where(source: SourceText, start: number, end: number): { readonly source: SourceRange } {
  return { source: range({ source, start, end }) }
}
