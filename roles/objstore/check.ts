/** Judges a map in Thanos' form by the table of its keys. */
import type { Problem } from '../../src/diagnostic/problem.ts'
import { asWritten } from '../../src/inventory/text/as-written.ts'
import { at, atKey, ownPlace, seen, typeOf } from '../../src/inventory/text/place.ts'
import { range } from '../../src/inventory/text/source-text.ts'
import { goMilliseconds, milliseconds } from '../../src/inventory/value/duration.ts'
import type { KeyKind, ObjstoreKeys } from './key.ts'
import { objstoreProblem } from './messages.ts'

type Map = Readonly<Record<string, unknown>>

/** Reports unknown keys, wrong values, and required keys that are missing. `of`: `config`, `config.http_config`; empty: the top. */
export function checkKeys(map: object, keys: ObjstoreKeys, of: string, problems: Problem[]): void {
  const values = map as Map
  const unknown = Object.keys(values).filter(key => !Object.hasOwn(keys, key))
  for (const key of unknown)
    problems.push(objstoreProblem.unknownKey(atKey(map, key), key, of, Object.keys(keys)))
  for (const [key, { is, required }] of Object.entries(keys)) {
    if (values[key] != null && values[key] !== '') checkValue(map, key, is, of, problems)
    // Beside an unknown key it may be that one, misspelt.
    else if (required && unknown.length === 0)
      problems.push(objstoreProblem.missing(mapPlace(map), pathOf(of, key)))
  }
}

function pathOf(of: string, key: string): string {
  return of === '' ? key : `${of}.${key}`
}

/** The place of a map itself. */
export function mapPlace(map: object) {
  const place = ownPlace(map)
  return place ? { source: range(place) } : {}
}

function checkValue(map: object, key: string, is: KeyKind, of: string, problems: Problem[]): void {
  const value = (map as Map)[key]
  if (typeof is === 'object' && 'keys' in is) {
    if (typeOf(value) === 'a map') {
      checkKeys(value as object, is.keys, pathOf(of, key), problems)
      return
    }
  } else if (fits(value, asWritten(map, key) ?? '', is)) return
  const expected = wanted(is)
  problems.push(objstoreProblem.badValue(at(map, key), pathOf(of, key), expected, seen(map, key)))
}

function fits(value: unknown, written: string, is: Exclude<KeyKind, { keys: unknown }>): boolean {
  if (typeof is === 'object') return is.oneOf.includes(written)
  if (is === 'anything') return true
  if (is === 'a map of texts')
    return typeOf(value) === 'a map' && Object.values(value as Map).every(one => typeof one !== 'object')
  if (is === 'a duration')
    return written === '0' || milliseconds(written) !== undefined || goMilliseconds(written) !== undefined
  if (is === 'a number') return typeof value === 'number' && Number.isInteger(value)
  return is === 'true or false' ? typeof value === 'boolean' : typeof value !== 'object'
}

function wanted(is: KeyKind): string {
  if (typeof is === 'string') return is === 'a duration' ? 'a duration like 90s' : is
  return 'oneOf' in is ? is.oneOf.filter(one => one !== '').join(' or ') : 'a map'
}
