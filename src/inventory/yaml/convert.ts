/** Converts nodes of the YAML parser to plain values, and remembers where and how each was written. */
import { isUtf8 } from 'node:buffer'
import type { Problem } from '../../diagnostic/problem.ts'
import { type HeldKind, isConcealed, isSecretMember, isWrittenConfig } from '../secret/secret-keys.ts'
import { rememberLines } from '../text/as-written.ts'
import { asMember, isPlain, placeOf } from '../text/collect.ts'
import { recordPlaces } from '../text/place.ts'
import { lineOf, type MemberPlace, type Place, range, type SourceText, written } from '../text/source-text.ts'
import { type Merge, mergedLines, mergeInto } from './merge-keys.ts'
import { yamlProblem } from './messages.ts'
import type { Alias, Pair, Scalar, YAMLMap, YAMLSeq } from './nodes.ts'
import { deepest, isAlias, isMap, isScalar, isSeq, TooMuch, tooDeep } from './nodes.ts'
import { type Node, type Reading, report } from './reading.ts'

/** The value of a document without syntax errors; undefined if other errors make it useless. Throws {@link TooMuch}. */
export function convertDocument(
  contents: Node,
  source: SourceText,
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
    const isText = node.tag !== binary || isUtf8(bytesOf(node, node.source ?? ''))
    if (!isText && reading.following === 0)
      report(yamlProblem.badBinary(where(node, reading), noBytes), reading)
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
const noBytes =
  'Write a text without this tag, or use the key that reads a file (password_file and the like).'

function where(node: Node, { source }: Reading): Pick<Problem, 'source'> {
  const place = placeOf(node, source)
  return place ? { source: range(place) } : {}
}

/** A `%YAML 1.1` directive brings dates and bytes, which are kept as their text. */
function scalar({ value, source }: Scalar): unknown {
  if (value === null || value === undefined) return null
  return ['object', 'bigint', 'symbol'].includes(typeof value) ? source : value
}

function convertAlias(alias: Alias, reading: Reading, depth: number, secret: boolean): unknown {
  const target = reading.anchors.get(alias.source)
  if (target !== undefined && !reading.open.has(target)) {
    reading.following += 1
    const value = convert(target, reading, depth + 1, secret)
    reading.following -= 1
    return value
  }
  reading.useless = true
  const say = target === undefined ? yamlProblem.aliasBeforeAnchor : yamlProblem.aliasOfItself
  report(say(where(alias, reading), alias.source), reading)
  return null
}

function convertList(list: YAMLSeq, reading: Reading, depth: number, secret: boolean): unknown[] {
  const { source } = reading
  const own = placeOf(list, source) ?? { source, start: 0, end: 0 }
  const members = new Map<string | number, MemberPlace>()
  const values = list.items.map((item, index) => {
    const place = placeOf(item, source) ?? own
    const value = convert(item, reading, depth + 1, secret)
    members.set(index, asMember({ key: place, value: place, secret }, item, reading))
    return value
  })
  recordPlaces(values, own, members)
  return values
}

function convertMap(map: YAMLMap, reading: Reading, depth: number, secret: boolean): Record<string, unknown> {
  const { source } = reading
  const own = placeOf(map, source) ?? { source, start: 0, end: 0 }
  const members = new Map<string | number, MemberPlace>()
  const values: Record<string, unknown> = {}
  const merges: Merge[] = []
  for (const pair of map.items) {
    const key = readKey(pair, reading, own)
    if (key === undefined) continue
    const written = placeOf(pair.value, source)
    const place = written && written.end > written.start ? written : key.place
    if (key.merge) {
      merges.push({ value: convert(pair.value, reading, depth + 1, secret), place, after: members.size })
      continue
    }
    if (Object.hasOwn(values, key.name)) {
      const first = members.get(key.name)?.key ?? own
      const where = { source: range(key.place) }
      report(yamlProblem.keyTwice(where, key.name, lineOf(first.source, first.start)), reading)
      continue
    }
    const kind = kindOf(pair.value, reading)
    const hide = secret || isSecretMember(key.name, reading.above, kind)
    const conceal =
      isConcealed(key.name, reading.above, kind) || isWrittenConfig(key.name, textOf(pair, reading))
    if ((hide || conceal) && !reading.hidden.has(pair)) {
      reading.hidden.add(pair)
      hideLines(place, source)
    }
    reading.above.push(key.name)
    values[key.name] = convert(pair.value, reading, depth + 1, hide)
    reading.above.pop()
    const member = { key: key.place, value: place, secret: hide, plainKey: key.plain }
    members.set(key.name, asMember(member, pair.value, reading))
  }
  if (merges.length > 0) rememberLines(values, mergedLines([...members.keys()].map(String), merges))
  for (const merge of merges) mergeInto(values, members, merge, reading)
  recordPlaces(values, own, members)
  return values
}

function textOf({ value }: Pair, { anchors }: Reading): unknown {
  const target = isAlias(value) ? anchors.get(value.source) : value
  return isScalar(target) ? target.value : undefined
}

function kindOf(node: Node, { anchors }: Reading): HeldKind {
  const target = isAlias(node) ? anchors.get(node.source) : node
  if (isMap(target)) return 'map'
  return isSeq(target) ? 'list' : 'scalar'
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
  // A place is looked up only for a fault: that searches the text.
  const bad = (say: (where: Pick<Problem, 'source'>) => Problem) =>
    void report(say({ source: range(place) }), reading)
  // Upstream reads a plain `null` as a text here.
  if (!isScalar(key) || (key.value === null && !key.source))
    return bad(where => yamlProblem.keyNotText(where, isMap(key) || isSeq(key)))
  if (key.anchor !== undefined) reading.anchors.set(key.anchor, key)
  const text = typeof key.value === 'string' ? key.value : written(place)
  const bytes = bytesOf(key, text)
  if (!isUtf8(bytes)) return bad(yamlProblem.keyNotUtf8)
  const name = bytes.toString()
  if (name === '__proto__') return bad(yamlProblem.reservedKey)
  return { name, place, merge: name === '<<' && key.type === 'PLAIN', plain: isPlain(key, place) }
}

function hideLines(place: Place, source: SourceText): void {
  const last = lineOf(source, Math.max(place.start, place.end - 1))
  for (let line = lineOf(source, place.start); line <= last; line += 1) source.hidden.add(line)
}
