/**
 * Keys under `prometheus:` that promha does not know. A later Prometheus may have new parts of prometheus.yml, and users
 * should not have to wait for promha to support them, so a map or a list is passed on unchanged and promtool checks it. A
 * misspelt key of promha must not be passed on, so a name similar to a known key is refused, and so is every key that is
 * used elsewhere in an inventory.
 */
import { nearest } from '../diagnostic/nearest.ts'
import { inventorySchema, notBuiltYet, openParts } from './schema.ts'
import type { Path, Schema } from './schema-walk.ts'
import { isMap } from './upstream-values.ts'

/** A name that begins with a known key and is longer by more than this is not a misspelt one. */
const longestSlip = 3

const [[part = '', open] = []] = Object.entries(openParts)
const known = Object.keys((open as Schema)._zod.def.shape ?? {})
const words = new Set([...wordsIn(inventorySchema as Schema), ...(notBuiltYet.get(open) ?? [])])

/** Whether a key that the schema of `prometheus:` does not have goes into prometheus.yml unchanged. */
function isPassedOn(key: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  // promha writes `alerting` itself, from `alertmanagers` and `alert_relabel_configs`.
  if (key === 'alerting' || words.has(key)) return false
  const near = nearest(key, known)
  return near === undefined || (key.startsWith(near) && key.length - near.length > longestSlip)
}

/** Whether a path of the inventory leads into a part that is passed on. */
export function liesInPassedOn(path: Path): boolean {
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

/** Whether the schema of `prometheus:` has the key. */
export function isOwnKey(key: string): boolean {
  return known.includes(key)
}

/** Unknown keys under `prometheus:` that are refused, by the path of the map that holds them. */
export function refusedKeys(
  value: unknown,
): readonly { readonly path: readonly string[]; readonly key: string }[] {
  const cells = member(value, 'cells')
  const names = isMap(cells) ? Object.keys(cells) : []
  return [['defaults'], ...names.map(name => ['cells', name])].flatMap(cell => {
    const path = [...cell, part]
    const owner = path.reduce<unknown>(member, value)
    if (!isMap(owner)) return []
    return Object.entries(owner).flatMap(([key, one]) =>
      isOwnKey(key) || isPassedOn(key, one) ? [] : [{ path, key }],
    )
  })
}

function member(value: unknown, key: string): unknown {
  return isMap(value) ? value[key] : undefined
}

/** Every key of a map of the schema. */
function wordsIn(schema: Schema, seen = new Set<Schema>()): readonly string[] {
  if (seen.has(schema)) return []
  seen.add(schema)
  const { shape = {}, innerType, valueType, element, options = [] } = schema._zod.def
  const inner = [innerType, valueType, element, ...options].filter(one => one !== undefined)
  return [...Object.keys(shape), ...[...Object.values(shape), ...inner].flatMap(one => wordsIn(one, seen))]
}
