/** Readers of other programs' JSON: an answer of another shape is refused. */
import { AskError } from '../model.ts'

/** An answer that is not what the program which should listen there answers. */
export class ShapeError extends AskError {
  constructor(why: string) {
    super('failed', `it answered in a shape that promha does not know: ${why}`)
    this.name = 'ShapeError'
  }
}

/** `place` is where in the answer the value stands. Throws a ShapeError. */
export type Reader<T> = (value: unknown, place: string) => T

function refuse(place: string, wanted: string): never {
  throw new ShapeError(`${place} is not ${wanted}`)
}

export const asText: Reader<string> = (value, place) =>
  typeof value === 'string' ? value : refuse(place, 'a text')

export const asNumber: Reader<number> = (value, place) =>
  typeof value === 'number' ? value : refuse(place, 'a number')

/** A time in seconds since the epoch, before the year 5000: what lies beyond is no date at all. */
export const asTime: Reader<number> = (value, place) => {
  const time = asNumber(value, place)
  return time >= 0 && time < 95_617_584_000 ? time : refuse(place, 'a time in seconds')
}

export const truth: Reader<boolean> = (value, place) =>
  typeof value === 'boolean' ? value : refuse(place, 'true or false')

/** Go writes an empty list as `null` at times. */
export function asList<T>(of: Reader<T>): Reader<readonly T[]> {
  return (value, place) => {
    if (value === null) return []
    if (!Array.isArray(value)) return refuse(place, 'a list')
    return value.map((item, index) => of(item, `${place}[${index}]`))
  }
}

/** Names with texts. */
export const asLabels: Reader<Readonly<Record<string, string>>> = (value, place) => {
  const entries = Object.entries(object(value, place))
  for (const [name, label] of entries) asText(label, `${place}.${name.slice(0, 40)}`)
  // Without a prototype, a name like `constructor` is no label that is there.
  return Object.assign(Object.create(null), value)
}

/** Absent or `null` is absent. */
export function asOptional<T>(of: Reader<T>): Reader<T | undefined> {
  return (value, place) => (value === undefined || value === null ? undefined : of(value, place))
}

type Shape = Readonly<Record<string, Reader<unknown>>>
type Read<S extends Shape> = {
  readonly [K in keyof S as undefined extends ReturnType<S[K]> ? never : K]: ReturnType<S[K]>
} & {
  readonly [K in keyof S as undefined extends ReturnType<S[K]> ? K : never]?: Exclude<
    ReturnType<S[K]>,
    undefined
  >
}

/** An object with these members; others are dropped. */
export function record<S extends Shape>(shape: S): Reader<Read<S>> {
  const readers = Object.entries(shape)
  return (value, place) => {
    const given = object(value, place)
    const read: Record<string, unknown> = {}
    for (const [name, of] of readers) {
      const member = of(Object.hasOwn(given, name) ? given[name] : undefined, `${place}.${name}`)
      if (member !== undefined) read[name] = member
    }
    return read as Read<S>
  }
}

/** A time and a value, as Prometheus writes a sample. */
export const sampleAt: Reader<readonly [number, string]> = (value, place) => {
  if (!Array.isArray(value) || value.length !== 2) return refuse(place, 'a sample')
  return [asTime(value[0], `${place}[0]`), asText(value[1], `${place}[1]`)]
}

function object(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(place, 'an object')
  return value as Readonly<Record<string, unknown>>
}
