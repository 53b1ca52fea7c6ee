/** Mistakes in the syntax of a YAML text, each at the place where it was made, with what to write instead. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Fault } from './nodes.ts'
import { lineOf, quote, range, type Source } from './place.ts'

interface Told {
  readonly summary: string
  readonly remedy?: string
  /** Offsets. */
  readonly start: number
  readonly end: number
}

/** @param openBefore where the bracket, brace or quote was opened that is not closed before an offset */
export function faultProblem(
  found: Fault,
  source: Source,
  openBefore: (offset: number) => number | undefined,
): Problem {
  const fault = atTab(found, source.text)
  const { summary, remedy, start, end } = told(fault, source, openBefore)
  // The words may quote the text.
  if (source.outside)
    return error(`not valid YAML (${fault.code})`, { source: range({ source, start, end }) })
  return error(summary, { source: range({ source, start, end }), ...(remedy ? { remedy } : {}) })
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

function told(
  { code, message, pos: [start, end] }: Fault,
  source: Source,
  openBefore: (offset: number) => number | undefined,
): Told {
  const { text } = source
  const here = { start, end }
  if (code === 'TAB_AS_INDENT')
    return { ...here, summary: 'expected spaces as indentation, saw a tab', remedy: 'Indent with spaces.' }
  if (/call stack/.test(message)) return { ...here, summary: 'maps and lists are nested too deeply' }
  const closing = notClosed.exec(message)
  if (closing) {
    const sign = closing[1] ?? closing[2] ?? ''
    const open = openBefore(start) ?? start
    const line = lineOf(source, Math.min(start, text.length))
    const before =
      start >= text.trimEnd().length
        ? 'the end of the text'
        : `line ${line}, column ${columnOf(source, start)}`
    const what = closing[1] === undefined ? 'this quote' : quote(text[open] ?? sign)
    return {
      ...{ start: open, end: open + 1 },
      summary: `not valid YAML: ${what} is not closed`,
      remedy: `Write ${closing[1] === undefined ? 'the same quote' : quote(sign)} where it ends, before ${before}.`,
    }
  }
  const stray = /^Unexpected flow-(?:seq|map)-end token in YAML stream: (.*)$/.exec(message)?.[1]
  if (stray !== undefined)
    return {
      ...here,
      summary: `not valid YAML: ${stray} closes nothing`,
      remedy: 'Remove it, or put the value in quotes.',
    }
  if (/^Missing , or : between flow map items/.test(message))
    return {
      ...here,
      summary: usual(message),
      remedy: 'Write commas between the items. Put a text that begins with "{" in quotes.',
    }
  const item = /^Sequence item without - indicator/.test(message)
  const column = /^All (mapping|sequence) items must start at the same column/.exec(message)?.[1]
  if (item || column) {
    const blank = /^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0
    const at = { start: start + blank, end: start + blank + 1 }
    return item
      ? {
          ...at,
          summary: 'not valid YAML: this line belongs to no item of the list above it',
          remedy: 'Indent it as the keys of that item are, or write "- " before it.',
        }
      : {
          ...at,
          summary: `not valid YAML: this line is indented as no ${column === 'mapping' ? 'key' : 'item'} above it`,
          remedy: `Indent it as the other ${column === 'mapping' ? 'keys of the map' : 'items of the list'} are.`,
        }
  }
  if (/^Implicit map keys need to be followed by map values/.test(message)) {
    const dash = /^-\S/.test(text.slice(start))
    return {
      ...here,
      summary: `not valid YAML: expected ${dash ? '"- ITEM"' : '"KEY: VALUE"'}, saw a line without ${dash ? 'a space after "-"' : 'a colon and a space'}`,
      remedy: dash ? 'Write a space after "-".' : 'Write a colon and a space after the key.',
    }
  }
  if (/^Invalid escape sequence/.test(message))
    return {
      ...here,
      summary: usual(message),
      remedy: 'Put the value in single quotes: in double quotes a backslash begins an escape.',
    }
  if (/^Block collections are not allowed within flow collections/.test(message))
    return {
      ...here,
      summary: 'not valid YAML: expected a comma between the items in brackets or braces',
      remedy: 'Write a comma between the items, or put the value in quotes.',
    }
  const before = text.slice(source.lineStarts[lineOf(source, start) - 1] ?? 0, start)
  if (/at node end$/.test(message) && before.trim() === '')
    return {
      ...here,
      summary: 'not valid YAML: this line belongs to nothing above it',
      remedy: 'Indent it below the item or the key that it belongs to.',
    }
  if (code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'MULTILINE_IMPLICIT_KEY')
    return indented(here, source, code)
  // `"up{job="a"}"`
  if (/at node end$/.test(message) && /["']\s*$/.test(before))
    return {
      ...here,
      summary: 'not valid YAML: more text follows the closing quote',
      remedy: `Put the whole value in ${before.trimEnd().endsWith('"') ? 'single quotes: these may hold double quotes' : 'double quotes: these may hold single quotes'}.`,
    }
  if (code === 'BAD_SCALAR_START' || /at node end$/.test(message))
    return { ...here, summary: usual(message), remedy: 'Put the whole value in quotes.' }
  return { ...here, summary: usual(message) }
}

/** A key where none may stand: a colon in a value, a line that is indented too far, or a line without its colon. */
function indented(
  here: { readonly start: number; readonly end: number },
  source: Source,
  code: string,
): Told {
  const { text } = source
  const start = here.start + (/^[ \t]*/.exec(text.slice(here.start))?.[0].length ?? 0)
  const there = { start, end: Math.max(here.end, start + 1) }
  const line = lineOf(source, start)
  const lineEnd = (source.lineStarts[line] ?? text.length + 1) - 1
  const rest = text.slice(start, lineEnd)
  const next = text.slice(lineEnd + 1)
  if (/^- |^-$/.test(rest))
    return {
      ...there,
      summary: 'not valid YAML: this item belongs to no list',
      remedy: 'Indent it as the other items of the list are, or below the key that it belongs to.',
    }
  if (/:(\s|$)/.test(rest))
    return {
      ...there,
      summary: 'not valid YAML: this value holds ": ", which would make it a key',
      remedy: 'Put the whole value in quotes, or write the inner key on a line of its own.',
    }
  if (code === 'MULTILINE_IMPLICIT_KEY')
    return {
      ...{ start, end: start + Math.max(1, rest.trimEnd().length) },
      summary: 'not valid YAML: expected "KEY: VALUE", saw a line without a colon and a space',
      remedy: /:\S/.test(rest)
        ? 'Write a space after the colon.'
        : 'Write a colon and a space after the key.',
    }
  if (next.trim() === '') return { ...there, summary: 'not valid YAML: this stands where a key is expected' }
  const blank = /^(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*/.exec(next)?.[0].length ?? 0
  const at = lineEnd + 1 + blank
  const length = /^[^\n]*/.exec(text.slice(at))?.[0].length ?? 1
  return {
    ...{ start: at, end: at + Math.max(1, length) },
    summary: `not valid YAML: this line is indented further than line ${line}, which has a value already`,
    remedy: `Indent it as the keys of the same map are, or remove the value on line ${line}.`,
  }
}

function columnOf(source: Source, offset: number): number {
  return offset - (source.lineStarts[lineOf(source, offset) - 1] ?? 0) + 1
}

function usual(message: string): string {
  return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}
