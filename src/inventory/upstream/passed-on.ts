/** Unknown keys under `prometheus:` are passed on, since a later Prometheus may have them; what looks misspelt is refused. */
import { nearest } from '../../diagnostic/nearest.ts'
import { cellParts } from '../cell/parts.ts'
import { inventorySchema } from '../schema/schema.ts'
import type { Schema, SchemaPath } from '../schema/schema-walk.ts'
import { memberAt } from '../text/place.ts'
import { isYamlMap } from './upstream-values.ts'

/** A name that begins with a known key and is longer by more than this is not a misspelt one. */
const longestSlip = 3

/** The one open part of a cell: no component is named in this folder. */
const { key: part = '', schema: open } = cellParts.find(one => one.open) ?? {}
const known = Object.keys((open as Schema | undefined)?._zod.def.shape ?? {})
const words = new Set(wordsIn(inventorySchema as Schema))

/** Whether a key that the schema of `prometheus:` does not have goes into prometheus.yml unchanged. */
function isPassedOn(key: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  // promha writes `alerting` itself, from `alertmanagers` and `alert_relabel_configs`.
  if (key === 'alerting' || words.has(key)) return false
  const near = nearest(key, known)
  return near === undefined || (key.startsWith(near) && key.length - near.length > longestSlip)
}

/** Whether a path of the inventory leads into a part that is passed on. */
export function liesInPassedOn(path: SchemaPath): boolean {
  const [within, key] = path.slice(path[0] === 'cells' ? 2 : 1)
  const [top] = path
  return (
    (top === 'cells' || top === 'defaults') &&
    within === part &&
    path.length > (top === 'cells' ? 4 : 3) &&
    !isOwnKey(String(key)) &&
    isPassedOn(String(key), {})
  )
}

function isOwnKey(key: string): boolean {
  return known.includes(key)
}

/** Unknown keys under `prometheus:` that are refused, by the path of the map that holds them. */
export function refusedKeys(
  value: unknown,
): readonly { readonly path: readonly string[]; readonly key: string }[] {
  const cells = memberAt(value, ['cells'])
  const names = isYamlMap(cells) ? Object.keys(cells) : []
  return [['defaults'], ...names.map(name => ['cells', name])].flatMap(cell => {
    const path = [...cell, part]
    const owner = memberAt(value, path)
    if (!isYamlMap(owner)) return []
    return Object.entries(owner).flatMap(([key, one]) =>
      isOwnKey(key) || isPassedOn(key, one) ? [] : [{ path, key }],
    )
  })
}

function wordsIn(schema: Schema, seen = new Set<Schema>()): readonly string[] {
  if (seen.has(schema)) return []
  seen.add(schema)
  const { shape = {}, innerType, valueType, element, options = [] } = schema._zod.def
  const inner = [innerType, valueType, element, ...options].filter(one => one !== undefined)
  return [...Object.keys(shape), ...[...Object.values(shape), ...inner].flatMap(one => wordsIn(one, seen))]
}
