/** What verify proved, one line a check. */
import type { Check } from '../verify/model.ts'
import type { Style } from './style.ts'
import { indent, table } from './words.ts'

/** A line a check, with what to do beneath one that asks for it; empty where there are none. */
export function checksText(checks: readonly Check[], style: Style): string {
  if (checks.length === 0) return ''
  const paint = { pass: style.green, warn: style.yellow, fail: style.red, skip: style.dim }
  const rows = table(
    checks.map(({ status, id, target, detail }) => [status, id, target, detail.replaceAll('\n', ' ')]),
    (cell, row, column) => {
      const status = checks[row]?.status
      return column === 0 && status !== undefined ? paint[status](cell) : cell
    },
  ).split('\n')
  return checks
    .map((check, i) => {
      const asks = (check.status === 'fail' || check.status === 'warn') && check.remedy !== undefined
      return asks ? `${rows[i]}\n${indent(`To do: ${check.remedy}`, 6)}` : rows[i]
    })
    .join('\n')
}
