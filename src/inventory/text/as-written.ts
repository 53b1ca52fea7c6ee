/** What upstream's programs read: the text of a scalar as it was written, and the lines of a map in their order. */
import { memberPlace, membersOf, placedAs } from './place.ts'
import { written } from './source-text.ts'

/** One line of a map: a key of its own, or what `<<` merges in, which is a map or a list of maps. */
export type MapLine = { readonly key: string } | { readonly merge: object }

const lines = new WeakMap<object, readonly MapLine[]>()

/** Keeps the lines of a map with merges: programs disagree on whether a merge below a key replaces that key. */
export function rememberLines(map: object, of: readonly MapLine[]): void {
  lines.set(map, of)
}

/** Undefined for a map without merges. */
export function linesOf(map: object): readonly MapLine[] | undefined {
  return lines.get(map)
}

/** The maps that `<<` merges into a map. Their members become members of the map; they themselves do not. */
export function mergedInto(map: object): readonly object[] {
  return (lines.get(map) ?? []).flatMap(line =>
    'key' in line ? [] : Array.isArray(line.merge) ? (line.merge as object[]) : [line.merge],
  )
}

/** What upstream's parser reads where it needs a text: a plain scalar as written (`1.10`). Undefined for other values. */
export function asWritten(owner: object, key: string | number): string | undefined {
  const value = (owner as Readonly<Record<string | number, unknown>>)[key]
  if (value === null || value === undefined || typeof value === 'object') return undefined
  const place = memberPlace(owner, key)
  const text = place?.text ?? (place?.plain ? written(place.plain) : String(value))
  return place?.tag === '!!binary' ? Buffer.from(text, 'base64').toString() : text
}

/** A copy of the map with another value for the key. All else keeps the way in which it was written. */
export function withMember<T extends object>(map: T, key: string, value: unknown): T {
  const places = [...membersOf(map)].filter(([name]) => name !== key)
  const copy = placedAs({ ...map, [key]: value }, map, new Map(places))
  const of = linesOf(map)
  // Last, so that no merge replaces it.
  if (of) rememberLines(copy, [...of.filter(line => !('key' in line) || line.key !== key), { key }])
  return copy
}
