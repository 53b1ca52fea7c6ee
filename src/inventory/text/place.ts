/** Where each value of the inventory was written, in a WeakMap by its map or list: values need no wrapper. */
import type { SourceRange } from '../../diagnostic/problem.ts'
import { type MemberPlace, type Place, range, written } from './source-text.ts'

export type Key = string | number

interface Recorded {
  /** Absent for a map or list that promha put together. */
  readonly own?: Place
  readonly members: Map<Key, MemberPlace>
}

const recorded = new WeakMap<object, Recorded>()
const rejected = new WeakMap<object, Set<Key>>()

export function recordPlaces(owner: object, own: Place, members: Map<Key, MemberPlace>): void {
  recorded.set(owner, { own, members })
}

/** Notes that a reference in a member was replaced, so that the member's value is no longer its text. */
export function recordExpanded(owner: object, key: Key, placeholder: boolean): void {
  const places = recorded.get(owner)?.members
  const place = places?.get(key)
  if (place === undefined) return
  const { plain: _, text: __, ...rest } = place
  places?.set(key, { ...rest, secret: true, expanded: true, ...(placeholder ? { placeholder } : {}) })
}

/** A copy with the place of its original and, unless others are given, those of the original's members. */
export function placedAs<T extends object>(
  copy: T,
  original: object,
  members: ReadonlyMap<Key, MemberPlace> = membersOf(original),
): T {
  const own = ownPlace(original)
  if (own) recordPlaces(copy, own, new Map(members))
  return copy
}

/** The members of a map or list; those of a list by their indexes. None of anything else. */
export function membersIn(value: unknown): readonly (readonly [Key, unknown])[] {
  if (Array.isArray(value)) return [...value.entries()]
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

/** What a path leads to; undefined if there is nothing. */
export function memberAt(value: unknown, path: readonly Key[]): unknown {
  return path.reduce<unknown>((from, key) => (from as Readonly<Record<Key, unknown>> | null)?.[key], value)
}

interface Leaf {
  readonly owner: object
  readonly key: Key
  readonly path: readonly Key[]
  readonly value: unknown
}

/** Every value within that is neither a map nor a list. */
export function* leavesOf(value: unknown, path: readonly Key[] = []): Generator<Leaf> {
  for (const [key, member] of membersIn(value)) {
    const here = [...path, key]
    if (typeof member === 'object' && member !== null) yield* leavesOf(member, here)
    else yield { owner: value as object, key, path: here, value: member }
  }
}

/** Records the places of the members of a map or list that promha put together and that has no place itself. */
export function recordMembers(owner: object, places: ReadonlyMap<Key, MemberPlace>): void {
  recorded.set(owner, { members: new Map(places) })
}

/** One list of items of other lists, which keep their places. */
export function picked<T>(items: readonly (readonly [list: readonly T[], index: number])[]): readonly T[] {
  const all = items.flatMap(([list, index]) => list.slice(index, index + 1))
  const places = items.flatMap(([list, index], at) => {
    const place = memberPlace(list, index)
    return place ? [[at, place] as const] : []
  })
  recordMembers(all, new Map<Key, MemberPlace>(places))
  return all
}

export function memberPlace(owner: object, key: Key): MemberPlace | undefined {
  return recorded.get(owner)?.members.get(key)
}

export function membersOf(owner: object): ReadonlyMap<Key, MemberPlace> {
  return recorded.get(owner)?.members ?? new Map()
}

/** The place of a map or list itself. */
export function ownPlace(owner: object): Place | undefined {
  return recorded.get(owner)?.own
}

/** Whether a map or list comes from outside the inventory's directory. */
export function isFromOutside(owner: object): boolean {
  return recorded.get(owner)?.own?.source.outside ?? false
}

/** Notes that a wrong member was removed, so that it is not reported as missing too. */
export function reject(owner: object, key: Key): void {
  const keys = rejected.get(owner) ?? new Set()
  keys.add(key)
  rejected.set(owner, keys)
}

export function wasRejected(owner: object, key: Key): boolean {
  return rejected.get(owner)?.has(key) ?? false
}

export function rejectedOf(owner: object): ReadonlySet<Key> {
  return rejected.get(owner) ?? new Set()
}

/** Removes a wrong member from its map or list, so that the rest can be checked. */
export function takeOut(owner: object, key: Key): void {
  if (Array.isArray(owner)) removeItem(owner, Number(key))
  else {
    delete (owner as Record<Key, unknown>)[key]
    reject(owner, key)
  }
}

/** Removes an item of a list; the items after it keep their places. */
function removeItem(list: unknown[], index: number): void {
  const places = recorded.get(list)?.members
  if (places) {
    for (let at = index; at < list.length; at += 1) {
      const next = places.get(at + 1)
      if (next) places.set(at, next)
      else places.delete(at)
    }
  }
  list.splice(index, 1)
  reject(list, 'an item')
}

/** The place of a member's value, to be spread into a problem. */
export function at(owner: object, key: Key): { source?: SourceRange } {
  const place = memberPlace(owner, key)?.value ?? ownPlace(owner)
  return place ? { source: range(place) } : {}
}

/** The place of a member's value, or of the first item if it is a list. */
export function atFirst(owner: object, key: Key): { source?: SourceRange } {
  const value = (owner as Readonly<Record<Key, unknown>>)[key]
  return Array.isArray(value) && value.length > 0 ? at(value, 0) : at(owner, key)
}

/** The place of a member's key. */
export function atKey(owner: object, key: Key): { source?: SourceRange } {
  const place = memberPlace(owner, key)?.key ?? ownPlace(owner)
  return place ? { source: range(place) } : {}
}

/** What was written there, for messages: `the text "x"`, `the number 3.10`, `a list`. Never a secret's value. */
export function seen(owner: object, key: Key): string {
  const value = (owner as Record<Key, unknown>)[key]
  const place = memberPlace(owner, key)
  if (typeof value === 'boolean') return String(value)
  if ((typeof value !== 'string' && typeof value !== 'number') || place?.secret) return typeOf(value)
  return typeof value === 'string'
    ? `the text ${quoted(value.length > 60 ? `${value.slice(0, 59)}…` : value)}`
    : `the number ${place ? written(place.value) : value}`
}

/** `a list`, `a map`, `a text`, `a number`, `true or false`, `nothing`. */
export function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'boolean') return 'true or false'
  return typeof value === 'number' ? 'a number' : 'a text'
}

/** A value of the user in a message: quoted and on one line. Never shortened: part of a secret would not be masked. */
export function quoted(text: string): string {
  return JSON.stringify(text)
}
