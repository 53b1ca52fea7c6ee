/** Parts in upstream's own form, inline or in a file that the inventory names. */
import { isError, type Problem } from '../../diagnostic/problem.ts'
import type { Context, FileAnswer, ReadFile } from '../context.ts'
import { displayPath, requestKey, resolvePath } from '../context.ts'
import { asksForPassword } from '../host/ssh.ts'
import type { YamlMap } from '../model.ts'
import { urlPasswords } from '../secret/secret-keys.ts'
import { tellUnexpanded } from '../secret/unexpanded.ts'
import { asWritten, mergedInto } from '../text/as-written.ts'
import { parsedFile } from '../text/parsed-file.ts'
import { at, type Key, memberPlace, membersIn, quoted, typeOf } from '../text/place.ts'
import { conceal, type Place, range, withoutLine } from '../text/source-text.ts'
import { upstreamProblem } from './messages.ts'

/** The file that a key names, or undefined with the problem reported. */
export function namedFile(owner: object, key: Key, path: string, context: Context): ReadFile | undefined {
  const absolute = resolvePath(path, context)
  const answer: FileAnswer = context.files.get(requestKey({ kind: 'read', path: absolute })) ?? { files: [] }
  if ('files' in answer && answer.files[0]) return answer.files[0]
  const shown = quoted(displayPath(absolute, context))
  const why = 'failure' in answer ? answer.failure : 'does not exist'
  return void context.problems.push(upstreamProblem.unusableFile(at(owner, key), shown, why))
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
    context.problems.push(upstreamProblem.notAList({ source: range(read.top) }, key, typeOf(list)))
    return []
  }
  const wrong = list.findIndex(item => typeOf(item) !== 'a map')
  if (wrong === -1) return list as YamlMap[]
  context.problems.push(upstreamProblem.itemNotAMap(at(list, wrong), key, typeOf(list[wrong])))
  return []
}

/** A map, inline or from a file; undefined with the problem reported. `concealed`: no line of the file is shown. */
export function upstreamMap(
  owner: object,
  key: string,
  context: Context,
  concealed = false,
): YamlMap | undefined {
  const value = (owner as Readonly<Record<string, unknown>>)[key]
  if (typeof value !== 'string') return value as YamlMap
  const read = yamlFile(owner, key, value, context, concealed)
  if (read === undefined) return undefined
  if (typeOf(read.value) === 'a map') return read.value as YamlMap
  return void context.problems.push(
    upstreamProblem.notAMap({ source: range(read.top) }, key, typeOf(read.value)),
  )
}

function yamlFile(
  owner: object,
  key: string,
  path: string,
  context: Context,
  concealed = false,
): { readonly value: unknown; readonly top: Place } | undefined {
  const file = namedFile(owner, key, path, context)
  if (file === undefined) return undefined
  const { value, top, problems } = parsedFile(file, displayPath(file.path, context))
  if (concealed) conceal(top.source)
  // Without a place in the file, for example because it is not text, the problem is at the key that names it.
  const placed = problems.map(one => (one.source ? one : { ...one, ...at(owner, key) }))
  context.problems.push(
    ...placed.map(one => (concealed && one.source ? { ...one, source: withoutLine(one.source) } : one)),
  )
  tellUnexpanded({ value, top }, context.problems)
  if (problems.some(isError)) return undefined
  if (context.secrets) secretValues(value, context.secrets)
  return { value, top }
}

/** Every value of a key that names a secret (`password`, `api_key`, …), and the passwords in URLs, to be masked. */
export function secretValues(value: unknown, into: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of membersIn(value)) {
    // `ask` is not a password, and must not be masked in other texts.
    if (key === 'sudo' && asksForPassword(member)) continue
    if (typeof member === 'object') secretValues(member, into)
    else if (member !== '') {
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
    if (Object.hasOwn(value, key)) problems.push(upstreamProblem.keyNotUsable(at(value, key), key, remedy))
  }
}
