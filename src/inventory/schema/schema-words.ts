/** The words in which the parts of the inventory's schema are written. */
import * as z from 'zod/mini'

export const text = z.string()
export const number = z.number()
export const yesOrNo = z.boolean()
export const listOf = z.array
export const either = z.union
/** It may be left out; with nothing after the colon it counts as left out. */
export const maybe = z.nullish
/** A map with all of these keys and no others, unless a key says that it may be left out. */
export const exactly = z.strictObject
/** A key that may be left out; with nothing after the colon it is an error. */
export const optional = z.optional
/** With nothing after the colon it is that. */
export const nullable = z.nullable
export const only = z.literal

/** A map with any keys. */
export function mapOf<T extends z.core.SomeType>(value: T): z.ZodMiniRecord<typeof text, T> {
  return z.record(text, value)
}

type Shape = Readonly<Record<string, z.core.SomeType>>
type Maybe<S extends Shape> = { [K in keyof S]: z.ZodMiniOptional<z.ZodMiniNullable<S[K]>> }

function allMaybe<S extends Shape>(shape: S): Maybe<S> {
  return Object.fromEntries(Object.entries(shape).map(([key, one]) => [key, maybe(one)])) as Maybe<S>
}

/** A map with these keys, each of which may be left out, and no others. */
export function keys<S extends Shape>(shape: S) {
  return z.strictObject(allMaybe(shape))
}

/** The same with further keys, whose values are `rest`. */
export function keysAnd<S extends Shape, T extends z.core.SomeType>(shape: S, rest: T) {
  return z.catchall(z.object(allMaybe(shape)), rest)
}

export type TextOf<T> = z.infer<T>
export type PartSchema<T = unknown> = z.ZodMiniType<T>

export const texts = listOf(text)
export const textMap = mapOf(text)
export const word = either([text, number])
/** Upstream reads any scalar as a text there. */
export const labels = mapOf(either([text, number, yesOrNo]))
export const anything = z.unknown()
/** Upstream's own form: any map. */
export const upstream = mapOf(anything)
export const upstreamOrPath = either([text, upstream])
export const listOrPath = either([text, listOf(upstream)])

/** A flag that may be repeated takes a list; with nothing after the colon it is a bare switch. */
const flags = mapOf(either([text, number, yesOrNo, z.null(), listOf(word)]))
const hostWords = {
  listen: either([text, texts]),
  flags,
  environment: mapOf(either([text, number, yesOrNo])),
  limits: keys({ memory: word, files: number }),
  files: textMap,
}
/** Keys that every component has; those of `per_host` by a host, a group or a glob. */
export const words = { ...hostWords, per_host: mapOf(nullable(keys(hostWords))) }
export const peerWords = keys({ ...hostWords, cluster_listen: text })
export const vipWords = { vip: text, interface: text, vrid: number }
const vip = keys(vipWords)

export type LabelsText = TextOf<typeof labels>
export type HostWordsText = TextOf<typeof peerWords>
export type FlagsText = TextOf<typeof flags>
export type VipText = TextOf<typeof vip>

/** What messages say of a map besides its keys. */
interface Notes {
  /** An empty map turns it on with its defaults. For others, the next error says what is missing. */
  readonly mayBeEmpty?: true
  /** For a value that is not a map: the map that the user probably meant. */
  readonly form?: (value: unknown) => string
  /** Keys that users expect in it because similar maps have them, with what to write instead. */
  readonly elsewhere?: Readonly<Record<string, string>>
  /** Reserved keys that this release does not support yet. */
  readonly notYet?: readonly string[]
}

const notes = new WeakMap<object, Notes>()

export function noted<T extends object>(schema: T, said: Notes): T {
  notes.set(schema, said)
  return schema
}

export function notesOn(schema: object | undefined): Notes {
  return (schema && notes.get(schema)) ?? {}
}
