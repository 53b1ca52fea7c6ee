/** Nodes of the YAML parser become plain values, with the place of each and how it was written remembered. */

import { error, type Problem } from '../diagnostic/problem.ts'
import { type MapLine, rememberLines } from './as-written.ts'
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
import {
  lineOf,
  type MemberPlace,
  membersOf,
  type Place,
  quote,
  range,
  remember,
  type Source,
  written,
} from './place.ts'
import { isSecretMember, type Kind } from './secret-keys.ts'

type Node = unknown

/** Nobody reads more; each costs a look at its line, and a text of a host may be one line of nothing but faults. */
export const mostProblems = 100

interface Reading {
  readonly source: Source
  readonly problems: Problem[]
  readonly anchors: Map<string, Node>
  /** Collections being read, to find an alias that holds itself. */
  readonly open: Set<Node>
  /** Pairs whose lines are hidden already: aliases lead to a secret of many lines many times. */
  readonly hidden: Set<Pair>
  /** The keys that lead to what is being read. */
  readonly above: string[]
  /** Values that aliases lead to, so far. */
  aliased: number
  readonly mostAliased: number
  /** Aliases that are being followed. */
  following: number
  /** What was read is not what was meant, so checking it would only add to the noise. */
  useless: boolean
}

/** The value of a document without errors; undefined if problems make it useless. Throws {@link TooMuch}. */
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

function report(problem: Problem, { problems }: Reading): void {
  problems.push(problem)
  if (problems.length >= mostProblems) throw new TooMuch(`more than ${mostProblems} faults in this text`)
}

function convert(node: Node, reading: Reading, depth: number, secret: boolean): unknown {
  if (reading.following > 0) reading.aliased += 1
  if (reading.aliased > reading.mostAliased)
    throw new TooMuch('aliases make this text larger than promha reads')
  if (depth > deepest) throw new TooMuch(tooDeep)
  if (isAlias(node)) return convertAlias(node, reading, depth, secret)
  const anchor = (node as { anchor?: string } | null)?.anchor
  if (anchor !== undefined) reading.anchors.set(anchor, node)
  if (isScalar(node)) return scalar(node)
  if (!isMap(node) && !isSeq(node)) return null
  reading.open.add(node)
  const value = isMap(node)
    ? convertMap(node, reading, depth, secret)
    : convertList(node, reading, depth, secret)
  reading.open.delete(node)
  return value
}

/** A directive can make it YAML 1.1, which has dates and bytes. */
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
        ? `the alias *${alias.source} stands before its anchor`
        : `the alias *${alias.source} holds itself`,
      place ? { source: range(place) } : {},
    ),
    reading,
  )
  return null
}

function convertList(list: YAMLSeq, reading: Reading, depth: number, secret: boolean): unknown[] {
  const own = placeOf(list, reading.source) ?? { source: reading.source, start: 0, end: 0 }
  const places = new Map<number, MemberPlace>()
  const values = list.items.map((item, index) => {
    const place = placeOf(item, reading.source) ?? own
    const value = convert(item, reading, depth + 1, secret)
    places.set(index, { key: place, value: place, secret, ...styleOf(item, place, reading) })
    return value
  })
  remember(values, own, places as Map<string | number, MemberPlace>)
  return values
}

function convertMap(map: YAMLMap, reading: Reading, depth: number, secret: boolean): Record<string, unknown> {
  const own = placeOf(map, reading.source) ?? { source: reading.source, start: 0, end: 0 }
  const places = new Map<string | number, MemberPlace>()
  const values: Record<string, unknown> = {}
  const merged: { value: unknown; place: Place }[] = []
  const lines: MapLine[] = []
  for (const pair of map.items) {
    const key = readKey(pair, reading, own)
    if (key === undefined) continue
    const written = placeOf(pair.value, reading.source)
    const valuePlace = written && written.end > written.start ? written : key.place
    if (key.merge) {
      const value = convert(pair.value, reading, depth + 1, secret)
      merged.push({ value, place: valuePlace })
      lines.push({ merge: value as object })
      continue
    }
    const first = places.get(key.name)
    if (first) {
      report(twice(key.name, first.key, key.place), reading)
      continue
    }
    const hide = secret || isSecretMember(key.name, reading.above, kindOf(pair.value, reading))
    if (hide && !reading.hidden.has(pair)) {
      reading.hidden.add(pair)
      hideLines(valuePlace, reading.source)
    }
    reading.above.push(key.name)
    values[key.name] = convert(pair.value, reading, depth + 1, hide)
    reading.above.pop()
    places.set(key.name, {
      key: key.place,
      value: valuePlace,
      secret: hide,
      ...(key.plain ? { plainKey: true } : {}),
      ...styleOf(pair.value, valuePlace, reading),
    })
    lines.push({ key: key.name })
  }
  for (const { value, place } of merged) mergeInto(values, places, value, place, reading)
  remember(values, own, places)
  if (merged.length > 0) rememberLines(values, lines)
  return values
}

/** How a value was written. Of an alias, how the value that it leads to was. */
function styleOf(
  node: Node,
  place: Place,
  reading: Reading,
): Pick<MemberPlace, 'plain' | 'tag' | 'text'> | undefined {
  if (isAlias(node)) {
    const target = reading.anchors.get(node.source)
    const there = isAlias(target) ? undefined : placeOf(target, reading.source)
    return there && styleOf(target, there, reading)
  }
  const tag = (node as { tag?: string } | null)?.tag
  const plain = isScalar(node) && isPlain(node, place) ? { plain: place } : undefined
  if (tag === undefined) return plain
  return {
    tag: tagText(tag),
    ...(plain ?? (isScalar(node) && node.type !== 'PLAIN' ? { text: node.source ?? '' } : {})),
  }
}

/** On one line: over several lines the text is not what was read. */
function isPlain({ type, source = '' }: Scalar, { start, end }: Place): boolean {
  return type === 'PLAIN' && source !== '' && end - start === source.length
}

function tagText(tag: string): string {
  const standard = /^tag:yaml\.org,2002:([a-z]+)$/.exec(tag)?.[1]
  return standard === undefined ? (tag.startsWith('!') ? tag : `!<${tag}>`) : `!!${standard}`
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
  const bad = (summary: string) => {
    report(error(summary, { source: range(place) }), reading)
    return undefined
  }
  if (!isScalar(key) || key.value === null) return bad('expected a plain text as key')
  if (key.anchor !== undefined) reading.anchors.set(key.anchor, key)
  const name = typeof key.value === 'string' ? key.value : written(place)
  if (name === '__proto__') return bad('a key may not be called "__proto__"')
  return { name, place, merge: name === '<<' && key.type === 'PLAIN', plain: isPlain(key, place) }
}

/** What stands in the map itself wins over what is merged in, and an earlier merge over a later one. */
function mergeInto(
  values: Record<string, unknown>,
  places: Map<string | number, MemberPlace>,
  value: unknown,
  place: Place,
  reading: Reading,
): void {
  for (const from of Array.isArray(value) ? value : [value]) {
    if (typeof from !== 'object' || from === null || Array.isArray(from)) {
      report(error('"<<" expected a map to merge in', { source: range(place) }), reading)
      continue
    }
    const fromPlaces = membersOf(from)
    for (const [key, member] of Object.entries(from)) {
      const memberPlace = fromPlaces.get(key)
      if (Object.hasOwn(values, key) || memberPlace === undefined) continue
      values[key] = member
      places.set(key, memberPlace)
    }
  }
}

function hideLines(place: Place, source: Source): void {
  const last = lineOf(source, Math.max(place.start, place.end - 1))
  for (let line = lineOf(source, place.start); line <= last; line += 1) source.hidden.add(line)
}

function placeOf(node: Node, source: Source): Place | undefined {
  const span = (node as { range?: readonly [number, number, number] | null } | null)?.range
  return span ? { source, start: span[0], end: Math.max(span[1], span[0]) } : undefined
}
