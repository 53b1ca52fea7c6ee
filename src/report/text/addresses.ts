/** The addresses to open after an apply. */
import type { OpenAddress } from '../../topology/address/opened.ts'
import { table } from '../words.ts'

/** Lines; a large site has more cells than a person opens at once. */
const most = 16

/** A line for each thing, below its cell if there are several; empty where there is nothing to open. */
export function addressesText(addresses: readonly OpenAddress[]): string {
  if (addresses.length === 0) return ''
  const several = new Set(addresses.map(({ cell }) => cell)).size > 1
  const rows = addresses.map(({ cell, name, urls }) => [several ? `${cell}: ${name}` : name, urls.join('  ')])
  const shown = table(rows.slice(0, most)).split('\n')
  const more = rows.length - most
  const rest = more > 0 ? [`and ${more} more: see --json`] : []
  return ['Open:', ...[...shown, ...rest].map(line => `  ${line}`)].join('\n')
}
