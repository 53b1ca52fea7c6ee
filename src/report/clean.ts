/** What renderers are given: masked, cut and made visible. They add their colours afterwards: foreign text brings none along. */
import { visible, visibleColumns, visibleLine } from '../diagnostic/visible.ts'

/** By these a renderer decides. */
const words = [
  'type',
  'stage',
  'unit',
  'status',
  'action',
  'effect',
  'severity',
  'result',
  'command',
  'because',
]
/** These lead to a place and are no secrets. */
const names = ['component', 'file', 'host', 'cell', 'hosts']
const own = new Set([...words, ...names])

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
export function cleaned<T>(value: T): T {
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
  const lines = cut(text, key === 'diff' ? longestDiff : longestText).split('\n')
  return lines.map(line => cut(line, longestLine)).join('\n')
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
