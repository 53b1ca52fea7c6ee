/** `read:` of a store: one address that moves among HAProxies, which lead to those that answer. */
import type { SourceRange } from '../../src/diagnostic/problem.ts'
import { type CellScope, memberHosts } from '../../src/inventory/cell/scope.ts'
import { buildVip, isPort, type VipSettings } from '../../src/inventory/cell/vip.ts'
import type { Context } from '../../src/inventory/context.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { at, atKey, quoted, wasRejected } from '../../src/inventory/text/place.ts'
import { componentProblem } from '../messages.ts'

export const readSchema = t.keys({ hosts: t.texts, ...t.vipWords, port: t.number })

export interface ReadSettings {
  /** Where HAProxy runs. */
  readonly hosts: readonly string[]
  readonly vip: VipSettings
  readonly port: number
  /** Where its port is written, otherwise where the address is. */
  readonly source?: SourceRange
}

interface Read {
  /** The key of the store. */
  readonly store: string
  /** The store's own hosts. */
  readonly hosts: readonly string[]
  /** Unless the inventory says another one. */
  readonly port: number
}

/** Undefined if it has no address; problems are left in the context. */
export function buildRead(
  text: t.TextOf<typeof readSchema>,
  { store, hosts: own, port: standard }: Read,
  cell: CellScope,
  context: Context,
): ReadSettings | undefined {
  const of = `storage.${store}.read of cell ${quoted(cell.name)}`
  const key = `storage.${store}.read`
  const hosts =
    text.hosts == null
      ? own
      : memberHosts(text, { key, one: `HAProxy for readers of ${store}` }, cell, context)
  const port = text.port ?? standard
  const fits = isPort(text, port, of, context)
  if (text.vip == null) {
    if (!wasRejected(text, 'vip')) context.problems.push(componentProblem.noVip(atKey(text, 'vip'), of))
    return undefined
  }
  const vip = buildVip(text, { of, hosts }, cell, context)
  return vip && fits ? { hosts, vip, port, ...at(text, 'port') } : undefined
}
