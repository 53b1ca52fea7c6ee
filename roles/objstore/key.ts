/** How the tables of `keys/` are written: a row says what a key of Thanos takes, and where Cortex and Mimir have it. */
import { milliseconds } from '../../src/inventory/value/duration.ts'

export type KeyKind =
  | 'a text'
  | 'a number'
  | 'true or false'
  | 'a duration'
  /** A map of texts. */
  | 'a map of texts'
  /** It is judged elsewhere. */
  | 'anything'
  | { readonly oneOf: readonly string[] }
  | { readonly keys: ObjstoreKeys }

/** Cortex and Mimir have the same value at a path of their own, or another value; undefined: they have nothing for it. */
export type Counterpart = string | { readonly to: string; readonly as: (value: unknown) => unknown }

export interface ObjstoreKey {
  readonly is: KeyKind
  /** Its value is masked: `src/inventory/secret/secret-keys.ts` has it. */
  readonly secret?: true
  readonly required?: true
  /** It is a path on the hosts, not here. */
  readonly hostPath?: true
  /** Below the key of the backend. Absent: it has none, and a value that is neither false nor empty is refused. */
  readonly cortex?: Counterpart
  readonly mimir?: Counterpart
}

/** The keys of a map in Thanos' form. */
export type ObjstoreKeys = Readonly<Record<string, ObjstoreKey>>

/** The type of a bucket: what stands below `config`, and as which backend Cortex and Mimir have it. */
export interface BucketType {
  readonly keys: ObjstoreKeys
  /** The key that names the bucket; absent: it is a directory. */
  readonly bucket?: string
  readonly backend?: string
}

/** At the same path in both. */
export function inBoth(counterpart: Counterpart): Pick<ObjstoreKey, 'cortex' | 'mimir'> {
  return { cortex: counterpart, mimir: counterpart }
}

/** Go's own durations have no days, weeks and years, which those of Thanos have. */
export function goDuration(value: unknown): unknown {
  const text = String(value)
  const time = /[dwy]/.test(text) ? milliseconds(text) : undefined
  return time === undefined ? text : `${time}ms`
}
