/** What the bench found, as a table. */

export interface Row {
  readonly what: string
  readonly ours: string
  readonly theirs: string
  readonly ratio: number
  readonly limit: number
}

export function print(rows: readonly Row[]): void {
  const table = [
    ['', 'promha', 'compared with', 'ratio', 'wanted below'],
    ...rows.map(row => [
      row.what,
      row.ours,
      row.theirs,
      row.ratio.toFixed(2),
      `${row.limit}${row.ratio < row.limit ? '' : '  MISSED'}`,
    ]),
  ]
  const widths = table[0]?.map((_, column) => Math.max(...table.map(line => line[column]?.length ?? 0))) ?? []
  for (const line of table)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}
