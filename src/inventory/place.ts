/**
 * Where each value of the inventory was written. Values are plain maps, lists and scalars. The places of a map's or list's
 * members are kept in a WeakMap under that map or list, so values need no wrapper and keep their places when merged.
 */
import type { SourceRange } from '../diagnostic/problem.ts'
import { isSecretLine } from './secret-keys.ts'
import { placeIn, placesIn, type Spans } from './spans.ts'

/** One text that was read: the inventory itself, or a file that it names. */
export interface Source {
  /** As messages show it. */
  readonly file: string
  readonly text: string
  /** Offsets at which the lines begin. */
  readonly lineStarts: readonly number[]
  /** Lines (from 1) whose text is never shown, because a secret may stand there. */
  readonly hidden: Set<number>
  /** It was parsed as YAML, so every line with a secret is in `hidden`. */
  understood?: boolean
  /** It was read from outside the inventory's directory, so nothing of its content is shown. */
  readonly outside: boolean
}

/** A stretch of a source, as offsets; `end` is exclusive. */
export interface Place {
  readonly source: Source
  readonly start: number
  readonly end: number
}

export interface MemberPlace {
  readonly key: Place
  readonly value: Place
  /** The value may be a secret, so it is never quoted in a message. */
  readonly secret: boolean
  /** The value came from `${env:…}`, `${file:…}` or `${cmd:…}`. */
  readonly expanded?: boolean
  /** Part of the value is a placeholder, for a reference that was not resolved. */
  readonly placeholder?: boolean
  /** The text of a scalar that was written plain and on one line; for an alias, the text at its anchor. */
  readonly plain?: Place
  /** The key was written plain, on one line. */
  readonly plainKey?: boolean
  /** The tag that was written before the value, as `!!binary`. */
  readonly tag?: string
  /** Of a quoted scalar with a tag, which may have made something else of it: its text. */
  readonly text?: string
}

type Key = string | number

interface Remembered {
  /** Absent for a map or list that promha put together. */
  readonly own?: Place
  readonly members: Map<Key, MemberPlace> | Spans
}

const remembered = new WeakMap<object, Remembered>()
const rejected = new WeakMap<object, Set<Key>>()

/** Whether a URL in a text holds a password. Takes linear time: each part after `://` is searched once. */
function holdsPassword(text: string): boolean {
  return text
    .split('://')
    .slice(1)
    .some(part => {
      const end = part.search(/[/\s@]/)
      return part[end] === '@' && part.slice(0, end).includes(':')
    })
}

export function source(file: string, text: string, outside = false): Source {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return { file, text, lineStarts, hidden: new Set(), outside }
}

export function remember(owner: object, own: Place, members: Map<Key, MemberPlace> | Spans): void {
  remembered.set(owner, { own, members })
}

/** Notes that a reference in a member was replaced, so that the member's value is no longer its text. */
export function rememberExpanded(owner: object, key: Key, placeholder: boolean): void {
  const places = changeable(owner)
  const place = places?.get(key)
  if (place === undefined) return
  const { plain: _, text: __, ...rest } = place
  places?.set(key, { ...rest, secret: true, expanded: true, ...(placeholder ? { placeholder } : {}) })
}

/** Remembers the places of the members of a map or list that promha put together and that has no place itself. */
export function rememberMembers(owner: object, places: ReadonlyMap<Key, MemberPlace>): void {
  remembered.set(owner, { members: new Map(places) })
}

/** One list of items of other lists, which keep their places. */
export function picked<T>(items: readonly (readonly [list: readonly T[], index: number])[]): readonly T[] {
  const all = items.flatMap(([list, index]) => list.slice(index, index + 1))
  const places = items.flatMap(([list, index], at) => {
    const place = memberPlace(list, index)
    return place ? [[at, place] as const] : []
  })
  rememberMembers(all, new Map<Key, MemberPlace>(places))
  return all
}

export function memberPlace(owner: object, key: Key): MemberPlace | undefined {
  const members = remembered.get(owner)?.members
  return members instanceof Map ? members.get(key) : members && placeIn(members, key)
}

export function membersOf(owner: object): ReadonlyMap<Key, MemberPlace> {
  const members = remembered.get(owner)?.members
  return members instanceof Map ? members : members ? placesIn(members) : new Map()
}

function changeable(owner: object): Map<Key, MemberPlace> | undefined {
  const known = remembered.get(owner)
  if (known === undefined || known.members instanceof Map) return known?.members as Map<Key, MemberPlace>
  const members = placesIn(known.members)
  remembered.set(owner, { ...known, members })
  return members
}

/** The place of a map or list itself. */
export function ownPlace(owner: object): Place | undefined {
  return remembered.get(owner)?.own
}

/** Whether a map or list comes from outside the inventory's directory. */
export function isFromOutside(owner: object): boolean {
  return remembered.get(owner)?.own?.source.outside ?? false
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
  const places = changeable(list)
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

/** The line number of an offset, from 1. */
export function lineOf(of: Source, offset: number): number {
  let low = 0
  let high = of.lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((of.lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low + 1
}

/** The place as a problem carries it; without the line's text where that could hold a secret. */
export function range(place: Place): SourceRange {
  const { source: of, start } = place
  const line = lineOf(of, start)
  const lineStart = of.lineStarts[line - 1] ?? 0
  const nextLine = of.lineStarts[line]
  const text = of.text.slice(lineStart, nextLine === undefined ? undefined : nextLine - 1).replace(/\r$/, '')
  const column = start - lineStart + 1
  if (of.outside) return { file: of.file, line, column }
  const length = Math.max(1, Math.min(place.end - start, text.length - column + 1))
  // Lines of parsed YAML are hidden by their keys; only a comment may hold a secret that was not seen.
  const unknown = of.understood ? (/(?:^|\s)#(.*)$/.exec(text)?.[1] ?? '') : text
  const hide = of.hidden.has(line) || isSecretLine(unknown) || holdsPassword(text)
  return { file: of.file, line, column, length, ...(hide ? {} : { text }) }
}

/** The place of a member's value, to be spread into a problem. */
export function at(owner: object, key: Key): { source?: SourceRange } {
  const place = memberPlace(owner, key)?.value ?? ownPlace(owner)
  return place ? { source: range(place) } : {}
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
    ? `the text ${quote(value.length > 60 ? `${value.slice(0, 59)}…` : value)}`
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
export function quote(text: string): string {
  return JSON.stringify(text)
}

/** The source text of a place. */
export function written(place: Place): string {
  return place.source.text.slice(place.start, place.end)
}
