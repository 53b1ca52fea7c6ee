/** Finds what a tool refuses in a config where it names no place: it is asked again about smaller and smaller parts. */
import type { ConfigPath } from '../../../roles/component.ts'
import { type Key, memberAt, membersIn, membersOf, placedAs } from '../../inventory/text/place.ts'
import { holderOf, namedBy, saysTwice } from './words.ts'

/** For each candidate, whether the tool says the same of it as of the whole config; undefined: it is asked no more. */
export type Refuses = (candidates: readonly unknown[]) => Promise<readonly boolean[] | undefined>

/** Parts that are asked about in one step; more members than that are asked about in groups. */
const groups = 12
/** Levels and groups that are looked at before the search stops where it is. */
const mostSteps = 40

/** The members that stay, by the path of their map or list; all of one that is not named. */
type Kept = ReadonlyMap<string, readonly Key[]>

/** The path to the smallest part that is refused in the words of `said`; empty for the whole, or if nothing is learned. */
export async function searchRefused(value: unknown, said: string, refuses: Refuses): Promise<ConfigPath> {
  let kept: Kept = new Map()
  let path: ConfigPath = []
  if ((await refuses([value]))?.[0] !== true) return path
  const refusedWith = (each: readonly (readonly Key[])[]) =>
    refuses(each.map(keys => pruned(value, new Map([...kept, [idOf(path), keys]]), [])))
  for (let step = 0; step < mostSteps; step += 1) {
    const part = memberAt(value, path)
    const members = kept.get(idOf(path)) ?? keysOf(part)
    if (members.length === 0) return path
    const keep = (keys: readonly Key[]) => {
      kept = new Map([...kept, [idOf(path), keys]])
    }
    const parts = split(members)
    // Refused even if it is empty: something is missing in it.
    const first = await refusedWith([[], ...parts])
    if (first === undefined) return path
    const [empty, ...alone] = first
    if (empty) return [...path, ...members.filter(key => (memberAt(part, [key]) ?? '') === '').slice(0, 1)]
    const guilty = parts[alone.indexOf(true)]
    if (guilty) {
      keep(guilty)
      if (guilty.length === 1) path = [...path, guilty[0] as Key]
      continue
    }
    // Several members together: those without which the tool says something else.
    const without = await refusedWith(parts.map(some => members.filter(key => !some.includes(key))))
    if (without === undefined) return path
    const needed = parts.filter((_, index) => !without[index]).flat()
    if (needed.length > 0 && needed.length < members.length && (await refusedWith([needed]))?.[0]) {
      keep(needed)
      if (needed.length > 1) continue
    }
    const left = needed.length > 0 ? needed : members
    // Of whole sections of which none is named, the first is nearer to the mistake than none.
    const any = path.length === 0 ? left[0] : undefined
    const next = needed.length === 1 ? needed[0] : (choose(part, left, said) ?? any)
    if (next === undefined) return path
    path = [...path, next]
  }
  return path
}

/** Of members of which the tool dislikes the combination, the one that it names; of a list's, the last. */
function choose(part: unknown, members: readonly Key[], said: string): Key | undefined {
  if (Array.isArray(part)) return members.at(-1)
  const inner = members.filter(key => keysOf(memberAt(part, [key])).length > 0)
  const only = inner.length === 1 ? inner[0] : undefined
  if (only !== undefined && saysTwice(said)) return only
  const names = members.map(String)
  return holderOf(said, part as object, names) ?? namedBy(said, part as object, names) ?? only
}

function split(members: readonly Key[]): readonly (readonly Key[])[] {
  const size = Math.ceil(members.length / groups)
  const parts: (readonly Key[])[] = []
  for (let at = 0; at < members.length; at += size) parts.push(members.slice(at, at + size))
  return parts
}

function keysOf(value: unknown): readonly Key[] {
  return membersIn(value).map(([key]) => key)
}

function idOf(path: ConfigPath): string {
  return JSON.stringify(path)
}

/** The value with nothing but what is kept. Its parts keep their places, by which they are written as the user did. */
function pruned(value: unknown, kept: Kept, path: ConfigPath): unknown {
  if (typeof value !== 'object' || value === null) return value
  const own = idOf(path)
  const below = `${own.slice(0, -1)}${path.length > 0 ? ',' : ''}`
  if (![...kept.keys()].some(id => id === own || id.startsWith(below))) return value
  const keys = kept.get(own) ?? keysOf(value)
  const places = membersOf(value)
  const left = new Map<Key, ReturnType<typeof places.get> & object>()
  const member = (key: Key) => pruned(memberAt(value, [key]), kept, [...path, key])
  const isList = Array.isArray(value)
  for (const [index, key] of keys.entries()) {
    const place = places.get(key)
    if (place) left.set(isList ? index : key, place)
  }
  const copy: object = isList ? keys.map(member) : Object.fromEntries(keys.map(key => [key, member(key)]))
  return placedAs(copy, value, left)
}
