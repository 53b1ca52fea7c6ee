/**
 * What renderers are given. Secrets are masked and what is endless is cut in all that leaves; what is shown or written
 * as XML is made visible too. A renderer adds its colours afterwards, so no foreign text can bring some along.
 */
import { visible, visibleColumns, visibleLine } from '../diagnostic/visible.ts'

/** Words by which a renderer decides, and names, which lead to a place and are no secrets. */
const own = new Set([
  'type',
  'stage',
  'unit',
  'status',
  'action',
  'effect',
  'severity',
  'component',
  'result',
  'command',
  'file',
  'host',
  'cell',
  'hosts',
  'because',
])

/** Fields that may have several lines; whatever shows them indents each of them. */
const ofLines = new Set(['detail', 'remedy', 'diff'])

/** Characters; a reader sees no use in more, and a log or a terminal suffers. */
const longestLine = 4000
const longestText = 64 * 1024
const longestDiff = 1024 * 1024

type Change = (text: string, key: string) => string

/** A copy of plain data with every string passed through `hide`, except names and promha's own words. */
export function mask<T>(value: T, hide: (text: string) => string): T {
  return copy(value, '', (text, key) => (own.has(key) ? text : bounded(hide(text), key))) as T
}

/** A copy of plain data in which no string moves a terminal or breaks a document. */
export function shown<T>(value: T): T {
  return copy(value, '', shownText) as T
}

function shownText(text: string, key: string): string {
  if (ofLines.has(key)) return visible(text)
  // The line of a file that a code frame points into: its columns count.
  return key === 'text' ? visibleColumns(text) : visibleLine(text)
}

function bounded(text: string, key: string): string {
  if (text.length <= longestLine) return text
  if (key === 'text') return text
  if (!ofLines.has(key)) return cut(text, longestLine)
  const whole = cut(text, key === 'diff' ? longestDiff : longestText)
  return whole
    .split('\n')
    .map(line => cut(line, longestLine))
    .join('\n')
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length - length} more characters)`
}

function copy(value: unknown, key: string, change: Change): unknown {
  if (typeof value === 'string') return change(value, key)
  if (Array.isArray(value)) return value.map(item => copy(item, key, change))
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copy(item, name, change)]))
}
