/** Tables of text, for a terminal and as Markdown that the formatter leaves as it is. */

export type Rows = readonly (readonly string[])[]

/** Columns of equal width. */
export function plain(rows: Rows): string {
  return padded(rows)
    .map(row => row.join('  ').trimEnd())
    .join('\n')
}

/** @param rows the titles first */
export function markdown(rows: Rows): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`
  const [titles = [], ...others] = padded(rows)
  return [line(titles), line(titles.map(title => '-'.repeat(title.length))), ...others.map(line)].join('\n')
}

function padded(rows: Rows): Rows {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)))
}

/** Rounding must not make nothing of an instant. */
export function inSeconds(seconds: number): string {
  return seconds === 0 ? '0 s' : `${seconds < 0.1 ? '< 0.1' : seconds.toFixed(1)} s`
}
