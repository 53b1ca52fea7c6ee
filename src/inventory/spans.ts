/** Places of the members of a map or list, kept as numbers: a large text has many, and most are never asked for. */
import type { MemberPlace, Source } from './place.ts'

type Key = string | number

export interface Spans {
  readonly source: Source
  /** Of a map; a list's are its indexes. */
  readonly keys?: readonly string[]
  /** Of each member in turn: where its key starts and ends, where its value does, and its marks. */
  readonly numbers: readonly number[]
  /** What few members have. */
  readonly more?: ReadonlyMap<Key, Partial<MemberPlace>>
  /** Where a key is among many; made when it is first asked for. */
  index?: ReadonlyMap<string, number>
}

export const marks = { secret: 1, plain: 2, plainKey: 4 } as const
const each = 5
/** Up to so many keys are looked through faster than they are indexed. */
const few = 8

export function placeIn(spans: Spans, key: Key): MemberPlace | undefined {
  const index = indexOf(spans, key)
  return index < 0 || index * each >= spans.numbers.length ? undefined : placeAt(spans, index, key)
}

export function placesIn(spans: Spans): Map<Key, MemberPlace> {
  const keys: readonly Key[] =
    spans.keys ?? Array.from({ length: spans.numbers.length / each }, (_, at) => at)
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
  const from = index * each
  const [keyStart = 0, keyEnd = 0, start = 0, end = 0, mark = 0] = numbers.slice(from, from + each)
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
