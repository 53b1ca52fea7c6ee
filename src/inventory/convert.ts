/** Converts nodes of the YAML parser to plain values, and remembers where and how each was written. */
import { isUtf8 } from 'node:buffer'
import { error, type Problem } from '../diagnostic/problem.ts'
import { rememberLines } from './as-written.ts'
import { addMember, collectMembers, isPlain, placeOf } from './collect.ts'
import { linesOf, type Merge, mergeInto } from './merge-keys.ts'
import {
  type Alias,
  deepest,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type Scalar,
  TooMuch,
  tooDeep,
  type YAMLMap,
  type YAMLSeq,
} from './nodes.ts'
import { lineOf, type Place, quote, range, remember, type Source, written } from './place.ts'
import { type Node, type Reading, report } from './reading.ts'
import { isSecretMember, type Kind } from './secret-keys.ts'
import { placeIn, placesIn } from './spans.ts'

/** The value of a document without syntax errors; undefined if other errors make it useless. Throws {@link TooMuch}. */
export function convertDocument(
  contents: Node,
  source: Source,
  problems: Problem[],
  mostAliased: number,
): unknown {
  const reading: Reading = {
    source,
    problems,
    anchors: new Map(),
    open: new Set(),
    hidden: new Set(),
    above: [],
    aliased: 0,
    mostAliased,
    following: 0,
    useless: false,
  }
  const value = convert(contents, reading, 0, false)
  source.understood = true
  return reading.useless ? undefined : value
}

function convert(node: Node, reading: Reading, depth: number, secret: boolean): unknown {
  if (reading.following > 0) reading.aliased += 1
  if (reading.aliased > reading.mostAliased)
    throw new TooMuch('aliases make this text larger than promha reads')
  if (depth > deepest) throw new TooMuch(tooDeep)
  if (isAlias(node)) return convertAlias(node, reading, depth, secret)
  const anchor = (node as { anchor?: string } | null)?.anchor
  if (anchor !== undefined) reading.anchors.set(anchor, node)
  if (isScalar(node)) {
    if (node.tag === binary && !isUtf8(bytesOf(node, node.source ?? ''))) notText(node, reading)
    return scalar(node)
  }
  if (!isMap(node) && !isSeq(node)) return null
  reading.open.add(node)
  const value = isMap(node)
    ? convertMap(node, reading, depth, secret)
    : convertList(node, reading, depth, secret)
  reading.open.delete(node)
  return value
}

const binary = 'tag:yaml.org,2002:binary'

function bytesOf(node: Scalar, text: string): Buffer {
  return Buffer.from(text, node.tag === binary ? 'base64' : 'utf8')
}

/** Upstream's programs keep the bytes, and promha has texts only. */
function notText(node: Scalar, reading: Reading): void {
  if (reading.following > 0) return
  const place = placeOf(node, reading.source)
  const remedy =
    'Write a text without this tag, or use the key that reads a file (password_file and the like).'
  report(
    error('expected !!binary of a text in UTF-8, saw other bytes', {
      ...(place ? { source: range(place) } : {}),
      remedy,
    }),
    reading,
  )
}

/** A `%YAML 1.1` directive brings dates and bytes, which are kept as their text. */
function scalar({ value, source }: Scalar): unknown {
  return typeof value === 'object' || typeof value === 'bigint' || typeof value === 'symbol'
    ? value === null
      ? null
      : source
    : (value ?? null)
}

function convertAlias(alias: Alias, reading: Reading, depth: number, secret: boolean): unknown {
  const target = reading.anchors.get(alias.source)
  if (target !== undefined && !reading.open.has(target)) {
    reading.following += 1
    const value = convert(target, reading, depth + 1, secret)
    reading.following -= 1
    return value
  }
  const place = placeOf(alias, reading.source)
  reading.useless = true
  report(
    error(
      target === undefined
        ? `the alias *${alias.source} comes before its anchor`
        : `the alias *${alias.source} contains itself`,
      place ? { source: range(place) } : {},
    ),
    reading,
  )
  return null
}

function convertList(list: YAMLSeq, reading: Reading, depth: number, secret: boolean): unknown[] {
  const { source } = reading
  const own = placeOf(list, source) ?? { source, start: 0, end: 0 }
  const members = collectMembers(source)
  const values = list.items.map((item, index) => {
    const place = placeOf(item, source) ?? own
    const value = convert(item, reading, depth + 1, secret)
    addMember(members, index, { key: place, value: place, secret, node: item }, reading)
    return value
  })
  remember(values, own, members)
  return values
}

function convertMap(map: YAMLMap, reading: Reading, depth: number, secret: boolean): Record<string, unknown> {
  const { source } = reading
  const own = placeOf(map, source) ?? { source, start: 0, end: 0 }
  const members = collectMembers(source)
  const keys: string[] = []
  const values: Record<string, unknown> = {}
  const merges: Merge[] = []
  for (const pair of map.items) {
    const key = readKey(pair, reading, own)
    if (key === undefined) continue
    const written = placeOf(pair.value, source)
    const place = written && written.end > written.start ? written : key.place
    if (key.merge) {
      merges.push({ value: convert(pair.value, reading, depth + 1, secret), place, after: keys.length })
      continue
    }
    if (Object.hasOwn(values, key.name)) {
      const first = placeIn({ ...members, keys }, key.name)
      report(twice(key.name, first?.key ?? own, key.place), reading)
      continue
    }
    const hide = secret || isSecretMember(key.name, reading.above, kindOf(pair.value, reading))
    if (hide && !reading.hidden.has(pair)) {
      reading.hidden.add(pair)
      hideLines(place, source)
    }
    keys.push(key.name)
    reading.above.push(key.name)
    values[key.name] = convert(pair.value, reading, depth + 1, hide)
    reading.above.pop()
    addMember(
      members,
      key.name,
      { key: key.place, value: place, secret: hide, plainKey: key.plain, node: pair.value },
      reading,
    )
  }
  if (merges.length === 0) remember(values, own, { ...members, keys })
  else {
    const places = placesIn({ ...members, keys })
    rememberLines(values, linesOf(keys, merges))
    for (const { value, place } of merges) mergeInto(values, places, value, place, reading)
    remember(values, own, places)
  }
  return values
}

function kindOf(node: Node, { anchors }: Reading): Kind {
  const target = isAlias(node) ? anchors.get(node.source) : node
  if (isMap(target)) return 'map'
  return isSeq(target) ? 'list' : 'scalar'
}

function twice(name: string, first: Place, second: Place): Problem {
  return error(
    `${quote(name)} is written twice: on line ${lineOf(first.source, first.start)} and again here`,
    {
      source: range(second),
      remedy: 'keep one of the two',
    },
  )
}

interface ReadKey {
  readonly name: string
  readonly place: Place
  readonly merge: boolean
  readonly plain: boolean
}

function readKey(pair: Pair, reading: Reading, own: Place): ReadKey | undefined {
  const key = isAlias(pair.key) ? reading.anchors.get(pair.key.source) : pair.key
  const place = placeOf(key, reading.source) ?? own
  const bad = (summary: string, rest: { readonly remedy?: string } = {}) => {
    report(error(summary, { source: range(place), ...rest }), reading)
    return undefined
  }
  // Upstream reads a plain `null` as a text here.
  if (!isScalar(key) || (key.value === null && !key.source)) {
    const remedy = 'Put a text that begins with "{" or "[" in quotes.'
    return bad('expected a plain text as key', isMap(key) || isSeq(key) ? { remedy } : {})
  }
  if (key.anchor !== undefined) reading.anchors.set(key.anchor, key)
  const text = typeof key.value === 'string' ? key.value : written(place)
  const bytes = bytesOf(key, text)
  if (!isUtf8(bytes)) return bad('expected a key in UTF-8, saw other bytes')
  const name = bytes.toString()
  if (name === '__proto__') return bad('a key may not be called "__proto__"')
  return { name, place, merge: name === '<<' && key.type === 'PLAIN', plain: isPlain(key, place) }
}

function hideLines(place: Place, source: Source): void {
  const last = lineOf(source, Math.max(place.start, place.end - 1))
  for (let line = lineOf(source, place.start); line <= last; line += 1) source.hidden.add(line)
}
