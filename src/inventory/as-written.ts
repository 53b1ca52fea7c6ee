/** What upstream's programs read: the text of a scalar as it was written, and the lines of a map in their order. */
import { type MemberPlace, memberPlace, membersOf, ownPlace, remember, written } from './place.ts'

/** One line of a map: a key of its own, or what `<<` merges in, which is a map or a list of maps. */
export type MapLine = { readonly key: string } | { readonly merge: object }

const lines = new WeakMap<object, readonly MapLine[]>()

/**
 * Keeps the lines of a map that has merges. Programs disagree on whether a merge below a key replaces that key, so each
 * of them has to read the same lines.
 */
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

/**
 * The text that upstream's YAML parser reads from a scalar where it needs a text. A plain scalar is read as it was written,
 * even if YAML 1.2 makes a number or a boolean of it (`1.10`, `True`, `007`). Undefined for a map, a list or nothing.
 */
export function asWritten(owner: object, key: string | number): string | undefined {
  const value = (owner as Readonly<Record<string | number, unknown>>)[key]
  if (value === null || value === undefined || typeof value === 'object') return undefined
  const place = memberPlace(owner, key)
  const text = place?.text ?? (place?.plain ? written(place.plain) : String(value))
  return place?.tag === '!!binary' ? Buffer.from(text, 'base64').toString() : text
}

/** A copy of the map with another value for the key. All else keeps the way in which it was written. */
export function withMember<T extends object>(map: T, key: string, value: unknown): T {
  const copy = { ...map, [key]: value }
  const own = ownPlace(map)
  if (own === undefined) return copy
  const places = new Map<string | number, MemberPlace>(membersOf(map))
  places.delete(key)
  remember(copy, own, places)
  const of = linesOf(map)
  // Last, so that no merge replaces it.
  if (of) rememberLines(copy, [...of.filter(line => !('key' in line) || line.key !== key), { key }])
  return copy
}
