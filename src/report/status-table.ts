/** The table of `promha status`. */
import type { StatusRow } from '../verify/model.ts'
import type { Style } from './style.ts'
import { table } from './words.ts'

const heading = ['CELL', 'HOST', 'COMPONENT', 'REPLICA', 'VERSION', 'HEALTH', 'LAST CHANGE', 'NOTE']

/** Aligned columns under a heading; times are UTC to the second. */
export function statusText(rows: readonly StatusRow[], style: Style): string {
  const body = rows.map(row => [
    row.cell,
    row.host,
    row.component,
    row.replica || '-',
    row.version || '-',
    row.health,
    row.lastChange === null ? '-' : instant(row.lastChange),
    row.note,
  ])
  return table([heading, ...body], (cell, row, column) => {
    if (row === 0) return style.bold(cell)
    if (column !== 5) return cell
    return rows[row - 1]?.health === 'ready' ? style.green(cell) : style.red(cell)
  })
}

function instant(seconds: number): string {
  return new Date(seconds * 1000)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')
}
