/** Which part of a config a tool's words are about: the names and values that they quote. */
import type { ConfigPath } from '../../../roles/component.ts'
import { goUnquoted } from '../../diagnostic/go-text.ts'
import { literalPattern } from '../../diagnostic/literal-pattern.ts'
import { type Key, memberPlace, membersIn } from '../../inventory/text/place.ts'
import { written } from '../../inventory/text/source-text.ts'

/** What the words quote, the longest first: `"x"`, `'x'`, `` `x` ``, and what follows the last colon or `got`. */
function quotedIn(said: string): readonly string[] {
  const found = new Set<string>()
  for (const [, double, single, back] of said.matchAll(/("(?:[^"\\]|\\.)*")|'([^']*)'|`([^`]*)`/g)) {
    if (double !== undefined) found.add(goUnquoted(double))
    if (single !== undefined) found.add(single)
    if (back !== undefined) found.add(back).add(bareExpression(back))
  }
  for (const [, word] of said.matchAll(/(?:: | got | type | action |file )([^\s"'`:,]+)(?=[\s,]|$)/g))
    found.add(word ?? '')
  return [...found].filter(text => text !== '').sort((a, b) => b.length - a.length)
}

/** Words that are no plain English, and so may be values: `25:00`. */
function wordsIn(said: string): readonly string[] {
  const words = said.split(/[\s"'`]+/).map(word => word.replace(/[,.:;)]+$/, ''))
  return words.filter(word => /[^A-Za-z]/.test(word) && word.length > 1)
}

/** Upstream puts anchors around the expressions that it compiles. */
function bareExpression(text: string): string {
  return /^\^\((?:\?s?:)?(.*)\)\$$/s.exec(text)?.[1] ?? text
}

/** The member that the words name: by its key in quotes, by its key as a word, by its value in quotes. */
export function namedBy(said: string, map: object, keys: readonly string[]): string | undefined {
  const quotes = quotedIn(said)
  const inQuotes = keys.filter(key => quotes.includes(key))
  if (inQuotes.length > 0) return first(said, inQuotes)
  const words = said.toLowerCase().replaceAll('_', ' ')
  const mentioned = keys.filter(key => wordAt(words, key) >= 0)
  // "labeldrop action requires only 'regex', and no other fields": what it names is what is right.
  const others = keys.filter(key => !mentioned.includes(key))
  if (/no other fields/.test(said) && others.length > 0) return others[0]
  if (saysExclusive(said) && mentioned.length > 1) return lastWritten(map, mentioned)
  if (mentioned.length > 0)
    return [...mentioned].sort((a, b) => wordAt(words, a) - wordAt(words, b) || b.length - a.length)[0]
  const holding = keys.find(key => {
    const text = textOf(map, key)
    return text !== undefined && quotes.includes(text)
  })
  return holding ?? keys.find(key => isPartlySaid(words, key))
}

/** "validation scheme" stands for `metric_name_validation_scheme`. */
function isPartlySaid(words: string, key: string): boolean {
  const parts = key.split('_')
  return parts.slice(2).some((_, index) => wordAt(words, parts.slice(index + 1).join('_')) >= 0)
}

function first(said: string, keys: readonly string[]): string | undefined {
  return [...keys].sort((a, b) => said.indexOf(a) - said.indexOf(b))[0]
}

function wordAt(words: string, key: string): number {
  const plain = key.toLowerCase().replaceAll('_', ' ')
  return words.search(new RegExp(`(?<![\\w.])${literalPattern(plain)}s?(?![\\w.])`))
}

/** The one map or list among the members that holds what the words quote. */
export function holderOf(said: string, map: object, keys: readonly string[]): string | undefined {
  for (const quoted of quotedIn(said)) {
    const holders = keys.filter(key => {
      const values: ConfigPath[] = []
      collect({ [key]: (map as Readonly<Record<string, unknown>>)[key] }, [], quoted, values, [])
      return values.length > 0
    })
    const [only = ''] = holders
    if (holders.length === 1 && typeof (map as Readonly<Record<string, unknown>>)[only] === 'object')
      return only
  }
  return undefined
}

/** Whether the words say that one thing must not stand beside another. */
export function saysExclusive(said: string): boolean {
  return /\b(at most one of|only one of|mutually exclusive|must not be (?:set|used|specified) (?:with|together)|cannot be (?:set|used|specified) (?:with|together|at the same time)|can't use both|both .* (?:set|configured|provided|specified))\b/i.test(
    said,
  )
}

/** The member that was added to those before it. */
function lastWritten(map: object, keys: readonly string[]): string | undefined {
  const start = (key: string) => memberPlace(map, key)?.key.start ?? -1
  return [...keys].sort((a, b) => start(b) - start(a))[0]
}

/** Whether the words say that something is there more than once. */
export function saysTwice(said: string): boolean {
  return /\b(repeated|multiple|duplicated?|twice|already|not unique)\b/i.test(said)
}

/** The path to the one value, or else the key, that the words quote; of several the last if they speak of twice. */
export function pathByWords(value: unknown, said: string): ConfigPath | undefined {
  const twice = saysTwice(said)
  for (const quoted of [...quotedIn(said), ...wordsIn(said)]) {
    const values: ConfigPath[] = []
    const keys: ConfigPath[] = []
    collect(value, [], quoted, values, keys)
    for (const found of [values, keys]) {
      if (found.length === 1 || (found.length > 1 && twice)) return found.at(-1)
    }
  }
  return undefined
}

function collect(value: unknown, path: ConfigPath, quoted: string, values: ConfigPath[], keys: ConfigPath[]) {
  for (const [key, member] of membersIn(value)) {
    const here = [...path, key]
    if (key === quoted) keys.push(here)
    if (typeof member === 'object') collect(member, here, quoted, values, keys)
    else if (textOf(value as object, key) === quoted || String(member) === quoted) values.push(here)
  }
}

/** A scalar as it was written, or else as it is. */
function textOf(owner: object, key: Key): string | undefined {
  const value = (owner as Readonly<Record<Key, unknown>>)[key]
  if (typeof value === 'object' || value === undefined) return undefined
  const place = memberPlace(owner, key)
  return typeof value === 'string' || place === undefined ? String(value) : written(place.value)
}
