/** Where in the user's own files the thing stands that a tool found wrong. */
import type { ConfigPath } from '../../../roles/component.ts'
import { isError, type Problem, type SourceRange } from '../../diagnostic/problem.ts'
import { placeBelow } from '../../inventory/origin.ts'
import { type Key, memberAt, memberPlace, membersOf, ownPlace } from '../../inventory/text/place.ts'
import { columnOf, lineOf, type Place, range, source, written } from '../../inventory/text/source-text.ts'
import { parseYaml } from '../../inventory/yaml/yaml.ts'
import type { Finding, Spot } from './message.ts'
import { pathByWords } from './words.ts'

/** What the tool means by a line: the key that it names, the value it cannot read, or the deepest thing there. */
export function pathAtLine(
  value: unknown,
  line: number,
  said: string,
  column?: number,
): ConfigPath | undefined {
  const beginning: { path: ConfigPath; key: Place; value: Place; holds: string }[] = []
  let before: ConfigPath = []
  const starts = (place: Place) => lineOf(place.source, place.start) === line
  walk(value, [], (path, place) => {
    const holds = typeOf(memberAt(value, path))
    if (lineOf(place.key.source, place.key.start) <= line && typeof path.at(-1) === 'string') before = path
    if (starts(place.key) || starts(place.value)) beginning.push({ path, ...place, holds })
  })
  const field =
    /^field (\S+) (?:not found|already set)/.exec(said)?.[1] ?? /field "?(.+?)"? not found/.exec(said)?.[1]
  const kind = /cannot unmarshal !!(\w+)(?: `([^`]*)`)?/.exec(said)
  const whole = typeof value === 'object' && value !== null ? ownPlace(value) : undefined
  const found =
    beginning.findLast(({ key }) => columnOf(key.source, key.start) === column) ??
    beginning.findLast(({ path, key }) => field !== undefined && path.at(-1) === field && starts(key)) ??
    (kind?.[1] === 'map' || kind?.[1] === 'seq'
      ? beginning.find(one => one.holds === kind[1] && starts(one.value))
      : undefined) ??
    (kind?.[2] === undefined
      ? undefined
      : beginning.findLast(one => one.holds === 'scalar' && isCut(written(one.value), kind[2] ?? ''))) ??
    beginning.findLast(({ key }) => starts(key))
  // The text as a whole is of the wrong kind.
  if (
    kind?.[1] !== undefined &&
    kind[1] === typeOf(value) &&
    whole &&
    starts(whole) &&
    found?.holds !== kind[1]
  )
    return []
  return found?.path ?? (before.length > 0 ? before : undefined)
}

/** go-yaml shows ten characters at most. */
function isCut(text: string, shown: string): boolean {
  const bare = text.replace(/^(["'])(.*)\1$/s, '$2')
  return shown.endsWith('...') ? bare.startsWith(shown.slice(0, -3)) : bare === shown
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'seq'
  return typeof value === 'object' && value !== null ? 'map' : 'scalar'
}

function walk(
  value: unknown,
  path: ConfigPath,
  visit: (path: ConfigPath, place: { readonly key: Place; readonly value: Place }) => void,
): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, place] of membersOf(value)) {
    visit([...path, key], place)
    walk((value as Readonly<Record<Key, unknown>>)[key], [...path, key], visit)
  }
}

/** The place of the deepest part of a path that the user wrote: the key in a map, the item in a list. */
export function userPlace(value: unknown, path: ConfigPath): Place | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const part = memberAt(value, path.slice(0, length))
    const owner = length > 0 ? memberAt(value, path.slice(0, length - 1)) : undefined
    const key = path[length - 1]
    const known =
      typeof owner === 'object' && owner !== null && key !== undefined ? memberPlace(owner, key) : undefined
    const place = known?.key ?? (typeof part === 'object' && part !== null ? ownPlace(part) : undefined)
    if (place) return place
  }
  return undefined
}

/** Whether the tool could read the text as YAML, even if the reader here cannot. */
export function isOfValue({ line, text }: Finding): boolean {
  return line !== undefined && /^(?:field |cannot unmarshal |group ")/.test(text)
}

/** The tool's own column, or else that of the key that it means on this line, or that of the first character there. */
export function spotOf({ line = 1, column, text }: Finding, value: unknown, content: string): Spot {
  if (column !== undefined) return { line, column }
  const place = userPlace(value, pathAtLine(value, line, text) ?? [])
  const found = place && range(place)
  // What is of the wrong kind may begin on the line below its key.
  const isKind = /^cannot unmarshal !!(?:map|seq)/.test(text)
  if (found && (found.line === line || isKind)) return { line: found.line, column: found.column }
  return { line, column: Math.max(content.split('\n')[line - 1]?.search(/\S/) ?? 0, 0) + 1 }
}

/** A YAML text as it was read, for places in it. */
export function readUserFile(
  path: string,
  text: string,
): { readonly value: unknown; readonly fault?: SourceRange; readonly said?: Problem } {
  const { value, problems } = parseYaml(source(path, text), text.length + 1_000, 'first')
  const said = problems.find(isError)
  return { value, ...(said?.source ? { fault: said.source, said } : {}) }
}

/** The path to what a finding about a rule file without a place is about: `group "g", rule 2, "A": …`. */
export function pathInRules(value: unknown, said: string): ConfigPath | undefined {
  const named = /^group "((?:[^"\\]|\\.)*)", rule (\d+), "(?:[^"\\]|\\.)*": (.*)$/s.exec(said)
  const groups = memberAt(value, ['groups'])
  if (!named || !Array.isArray(groups)) return undefined
  const [, group, number, rest = ''] = named
  const index = groups.findIndex(one => String(memberAt(one, ['name'])) === group)
  if (index < 0) return undefined
  const rule: ConfigPath = ['groups', index, 'rules', Number(number) - 1]
  const part = memberAt(value, rule)
  const [, kind, name] = /^(label|annotation) "((?:[^"\\]|\\.)*)"/.exec(rest) ?? []
  const [, bad] = /^invalid (?:label|annotation) (?:name|value): (.*)$/.exec(rest) ?? []
  for (const tail of [
    [`${kind}s`, name],
    ['labels', bad],
    ['annotations', bad],
  ]) {
    const path = tail.filter(key => key !== undefined)
    if (path.length === 2 && placeBelow(part, path) && memberAt(part, path) !== undefined)
      return [...rule, ...path]
  }
  return [...rule, ...(pathByWords(part, rest) ?? [])]
}

/** A place in a file that went to the tool as it is. */
export function lineIn(path: string, content: string, { line = 1, column = 1 }: Partial<Spot>): SourceRange {
  const text = content.split('\n')[line - 1]
  return { file: path, line, column, ...(text === undefined || text.trim() === '' ? {} : { text }) }
}
