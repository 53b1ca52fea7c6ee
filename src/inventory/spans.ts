/** Places of the members of a map or list, kept as numbers: a large text has many, and most are never asked for. */
import type { MemberPlace, Source } from './place.ts'

type Key = string | number

export interface Spans {
  readonly source: Source
  /** The keys of a map in order; absent for a list, whose keys are its indexes. */
  readonly keys?: readonly string[]
  /** Five numbers a member: start and end of its key, start and end of its value, and its marks. */
  readonly numbers: readonly number[]
  /** Rare properties, by member. */
  readonly more?: ReadonlyMap<Key, Partial<MemberPlace>>
  /** Position of each key, for maps with many keys; made on first use. */
  index?: ReadonlyMap<string, number>
}

export const marks = { secret: 1, plain: 2, plainKey: 4 } as const
const numbersEach = 5
/** With up to this many keys, a search is faster than an index. */
const few = 8

export function placeIn(spans: Spans, key: Key): MemberPlace | undefined {
  const index = indexOf(spans, key)
  return index < 0 || index * numbersEach >= spans.numbers.length ? undefined : placeAt(spans, index, key)
}

export function placesIn(spans: Spans): Map<Key, MemberPlace> {
  const keys: readonly Key[] =
    spans.keys ?? Array.from({ length: spans.numbers.length / numbersEach }, (_, at) => at)
  return new Map(keys.map((key, index) => [key, placeAt(spans, index, key)]))
}

function indexOf(spans: Spans, key: Key): number {
  const { keys } = spans
  if (keys === undefined) return Number(key)
  if (keys.length <= few) return keys.indexOf(String(key))
  spans.index ??= new Map(keys.map((name, index) => [name, index]))
  return spans.index.get(String(key)) ?? -1
}

function placeAt({ source, numbers, more }: Spans, index: number, key: Key): MemberPlace {
  const from = index * numbersEach
  const [keyStart = 0, keyEnd = 0, start = 0, end = 0, mark = 0] = numbers.slice(from, from + numbersEach)
  const value = { source, start, end }
  return {
    key: { source, start: keyStart, end: keyEnd },
    value,
    secret: (mark & marks.secret) !== 0,
    ...((mark & marks.plain) === 0 ? undefined : { plain: value }),
    ...((mark & marks.plainKey) === 0 ? undefined : { plainKey: true }),
    ...more?.get(key),
  }
}
