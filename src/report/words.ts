/** Numbers and stages as a reader wants them. */
import type { Stage } from '../engine/event.ts'

/** `1 host`, `2 hosts`. */
export function count(number: number, noun: string, many = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : many}`
}

/** Milliseconds as `0.34 s`, `12.3 s`, `3 min 5 s`. */
export function durationText(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 1) return `${seconds.toFixed(2)} s`
  if (seconds < 119.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** Bytes as `512 B`, `45 kB`, `101 MB`, `1.2 GB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`
  if (bytes < 1e9) return `${Math.round(bytes / 1e6)} MB`
  return `${(bytes / 1e9).toFixed(1)} GB`
}

/** What a stage is called while it runs and once it is over. */
export const stageWords: Readonly<Record<Stage, { readonly doing: string; readonly done: string }>> = {
  read: { doing: 'Reading the inventory', done: 'Inventory read' },
  fetch: { doing: 'Fetching programs', done: 'Programs fetched' },
  probe: { doing: 'Looking at hosts', done: 'Hosts looked at' },
  packages: { doing: 'Installing packages', done: 'Packages installed' },
  push: { doing: 'Sending programs', done: 'Programs sent' },
  change: { doing: 'Changing', done: 'Changed' },
  removal: { doing: 'Removing packages', done: 'Packages removed' },
  lock: { doing: 'Locking', done: 'Locked' },
  verify: { doing: 'Verifying', done: 'Verified' },
}

/** The first line of a text that may have several. */
export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

/** Rows of cells with aligned columns, two spaces apart, nothing trailing. `paint` sees the padded cell. */
export function table(
  rows: readonly (readonly string[])[],
  paint: (cell: string, row: number, column: number) => string = cell => cell,
): string {
  const columns = Math.max(0, ...rows.map(row => row.length))
  const widths = Array.from({ length: columns }, (_, c) => Math.max(...rows.map(row => row[c]?.length ?? 0)))
  const lines = rows.map((row, r) => {
    const last = row.findLastIndex(cell => cell !== '')
    const cells = row.slice(0, last + 1).map((cell, c) => (c === last ? cell : cell.padEnd(widths[c] ?? 0)))
    return cells.map((cell, c) => paint(cell, r, c)).join('  ')
  })
  return lines.join('\n')
}
