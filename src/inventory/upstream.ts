/** Parts in upstream's own form, inline or in a file that the inventory names. */
import { error, isError, type Problem } from '../diagnostic/problem.ts'
import { asWritten, mergedInto } from './as-written.ts'
import {
  type Context,
  displayPath,
  type FileAnswer,
  type ReadFile,
  requestKey,
  resolvePath,
} from './context.ts'
import type { YamlMap } from './model.ts'
import { parsedFile } from './parsed-file.ts'
import { at, memberPlace, type Place, quote, range, typeOf } from './place.ts'
import { urlPasswords } from './secret-keys.ts'
import { asksForPassword } from './ssh.ts'
import { tellUnexpanded } from './unexpanded.ts'

/** The file that a key names, or undefined with the problem reported. */
export function namedFile(
  owner: object,
  key: string | number,
  path: string,
  context: Context,
): ReadFile | undefined {
  const absolute = resolvePath(path, context)
  const answer: FileAnswer = context.files.get(requestKey({ kind: 'read', path: absolute })) ?? { files: [] }
  if ('files' in answer && answer.files[0]) return answer.files[0]
  const shown = quote(displayPath(absolute, context))
  const why = 'failure' in answer ? answer.failure : 'does not exist'
  context.problems.push(
    error(`${shown} ${why}`, { ...at(owner, key), remedy: 'paths are relative to the inventory' }),
  )
  return undefined
}

/** A list of maps, inline or from a file that holds the list, alone or below the key itself. */
export function upstreamList(owner: object, key: string, context: Context): readonly YamlMap[] {
  const value = (owner as Readonly<Record<string, unknown>>)[key]
  if (value == null) return []
  if (Array.isArray(value)) return value as YamlMap[]
  const read = yamlFile(owner, key, String(value), context)
  if (read === undefined) return []
  const only = Object.keys(read.value ?? {})
  const list =
    only.length === 1 && only[0] === key ? (read.value as Readonly<Record<string, unknown>>)[key] : read.value
  if (list == null) return []
  if (!Array.isArray(list)) {
    context.problems.push(
      error(`expected a list of ${key}, saw ${typeOf(list)}`, { source: range(read.top) }),
    )
    return []
  }
  const wrong = list.findIndex(item => typeOf(item) !== 'a map')
  if (wrong === -1) return list as YamlMap[]
  context.problems.push(
    error(`each item of ${key}: expected a map, saw ${typeOf(list[wrong])}`, at(list, wrong)),
  )
  return []
}

/** A map, inline or from a file; undefined with the problem reported. */
export function upstreamMap(owner: object, key: string, context: Context): YamlMap | undefined {
  const value = (owner as Readonly<Record<string, unknown>>)[key]
  if (typeof value !== 'string') return value as YamlMap
  const read = yamlFile(owner, key, value, context)
  if (read === undefined) return undefined
  if (typeOf(read.value) === 'a map') return read.value as YamlMap
  context.problems.push(
    error(`${key}: expected a map, saw ${typeOf(read.value)}`, { source: range(read.top) }),
  )
  return undefined
}

function yamlFile(
  owner: object,
  key: string,
  path: string,
  context: Context,
): { readonly value: unknown; readonly top: Place } | undefined {
  const file = namedFile(owner, key, path, context)
  if (file === undefined) return undefined
  const { value, top, problems } = parsedFile(file, displayPath(file.path, context))
  // Without a place in the file, for example because it is not text, the problem is at the key that names it.
  context.problems.push(...problems.map(one => (one.source ? one : { ...one, ...at(owner, key) })))
  tellUnexpanded({ value, top }, context.problems)
  return problems.some(isError) ? undefined : { value, top }
}

/** Every value of a key that names a secret (`password`, `api_key`, …), and the passwords in URLs, to be masked. */
export function secretValues(value: unknown, into: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    // `ask` is not a password, and must not be masked in other texts.
    if (name === 'sudo' && asksForPassword(member)) continue
    if (typeof member === 'object') secretValues(member, into)
    else if (member !== '') {
      const key = Array.isArray(value) ? Number(name) : name
      const place = memberPlace(value, key)
      if (place === undefined || place.expanded) continue
      if (place.secret && typeof member !== 'boolean') into.add(asWritten(value, key) ?? String(member))
      if (typeof member === 'string' && member.includes('://'))
        for (const part of urlPasswords(member)) into.add(part)
    }
  }
  for (const map of mergedInto(value)) secretValues(map, into)
}

/** Reports keys of upstream that promha replaces by keys of its own. */
export function refuseKeys(
  value: YamlMap,
  instead: Readonly<Record<string, string>>,
  problems: Problem[],
): void {
  for (const [key, remedy] of Object.entries(instead)) {
    if (Object.hasOwn(value, key))
      problems.push(error(`${quote(key)} cannot be used here`, { ...at(value, key), remedy }))
  }
}
