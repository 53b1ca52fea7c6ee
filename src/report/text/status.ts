/** The table of `promha status`: 80 columns, and what is wrong on lines of its own. */
import { grouped } from '../../diagnostic/grouped.ts'
import type { StatusRow } from '../../verify/model.ts'
import type { Style } from '../style.ts'
import { count, table } from '../words.ts'

/** Columns of the usual terminal. */
const width = 80
const margin = 4

/** A line of the table: its cells, what is well with it, and a note below. */
interface Line {
  readonly cell: string
  readonly host: string
  readonly cells: readonly string[]
  readonly health: StatusRow['health']
  readonly note: string
}

/** Times are UTC to the minute. A host that cannot be reached is one line, whatever it has. */
export function statusText(rows: readonly StatusRow[], style: Style): string {
  const lines = linesOf(rows)
  const cells = new Set(lines.map(({ cell }) => cell))
  const several = cells.size > 1
  const flat = [
    [...(several ? ['CELL'] : []), 'HOST', ...heads],
    ...lines.map(({ cell, host, cells }) => [...(several ? [cell] : []), host, ...cells]),
  ]
  const isWide = table(flat)
    .split('\n')
    .some(line => line.length > width)
  return isWide ? byHost(lines, several, style) : withNotes(flat, lines, style)
}

const heads = ['COMPONENT', 'VERSION', 'HEALTH', 'LAST CHANGE']

function linesOf(rows: readonly StatusRow[]): readonly Line[] {
  const away = grouped(
    rows.filter(({ health }) => health === 'unreachable'),
    ({ host }) => host,
  )
  return rows.flatMap((row): readonly Line[] => {
    const { cell, host, component, replica, version, health, lastChange, note } = row
    const all = health === 'unreachable' ? away.get(host) : undefined
    if (all && all[0] !== row) return []
    const what =
      all && all.length > 1 ? `all ${count(all.length, 'program')}` : named(component, replica, host)
    const changed = lastChange === null || all ? '-' : instant(lastChange)
    return [{ cell, host, cells: [what, version || '-', health, changed], health, note }]
  })
}

/** With the replica's name, unless that is the host's. */
function named(component: string, replica: string, host: string): string {
  return replica === '' || replica === host ? component : `${component} ${replica}`
}

function withNotes(rows: readonly (readonly string[])[], lines: readonly Line[], style: Style): string {
  const healthAt = (rows[0]?.length ?? 0) - 2
  const text = table(rows, (cell, row, column) => {
    if (row === 0) return style.bold(cell)
    return column === healthAt ? painted(cell, lines[row - 1]?.health, style) : cell
  }).split('\n')
  const [head = '', ...body] = text
  return [head, ...body.flatMap((line, at) => [line, ...noteLines(lines[at]?.note ?? '')])].join('\n')
}

/** For long names: the host on a line, its programs below. */
function byHost(lines: readonly Line[], several: boolean, style: Style): string {
  const hosts = grouped(lines, ({ cell, host }) => `${several ? `${cell}: ` : ''}${host}`)
  return [...hosts]
    .map(([host, own]) => {
      const programs = table(
        own.map(({ cells }) => cells),
        (cell, row, column) => (column === 2 ? painted(cell, own[row]?.health, style) : cell),
      ).split('\n')
      const told = programs.flatMap((line, at) => [`  ${line}`, ...noteLines(own[at]?.note ?? '')])
      return [style.bold(host), ...told].join('\n')
    })
    .join('\n')
}

function painted(cell: string, health: StatusRow['health'] | undefined, style: Style): string {
  return health === 'ready' ? style.green(cell) : style.red(cell)
}

/** Broken between words only. */
function noteLines(note: string): readonly string[] {
  const lines: string[] = []
  for (const word of note.split(/\s+/).filter(one => one !== '')) {
    const last = lines.at(-1)
    if (last !== undefined && margin + last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map(line => `${' '.repeat(margin)}${line}`)
}

/** Of a time that a host said, which may be none. */
function instant(seconds: number): string {
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime()) ? '-' : time.toISOString().slice(0, 16).replace('T', ' ')
}
