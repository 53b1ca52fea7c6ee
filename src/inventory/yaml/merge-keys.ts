/** Merge keys: `<<` brings the members of other maps into a map. */
import type { MapLine } from '../text/as-written.ts'
import { membersOf } from '../text/place.ts'
import type { MemberPlace } from '../text/source-text.ts'
import { type Place, range } from '../text/source-text.ts'
import { yamlProblem } from './messages.ts'
import { type Reading, report } from './reading.ts'

export interface Merge {
  readonly value: unknown
  readonly place: Place
  /** The number of keys above it. */
  readonly after: number
}

/** The lines of a map in the order of the text. */
export function mergedLines(keys: readonly string[], merges: readonly Merge[]): readonly MapLine[] {
  const lines: MapLine[] = []
  for (let at = 0; at <= keys.length; at += 1) {
    for (const { value, after } of merges) if (after === at) lines.push({ merge: value as object })
    const key = keys[at]
    if (key !== undefined) lines.push({ key })
  }
  return lines
}

/** Merges a map into another. The map's own members win over merged ones, and an earlier merge over a later one. */
export function mergeInto(
  values: Record<string, unknown>,
  places: Map<string | number, MemberPlace>,
  { value, place }: { readonly value: unknown; readonly place: Place },
  reading: Reading,
): void {
  for (const from of Array.isArray(value) ? value : [value]) {
    if (typeof from !== 'object' || from === null || Array.isArray(from)) {
      report(yamlProblem.badMergeKey({ source: range(place) }), reading)
      continue
    }
    const fromPlaces = membersOf(from)
    for (const [key, member] of Object.entries(from)) {
      const memberPlace = fromPlaces.get(key)
      if (Object.hasOwn(values, key) || memberPlace === undefined) continue
      values[key] = member
      places.set(key, memberPlace)
    }
  }
}
