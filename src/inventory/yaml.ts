import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  Parser,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { withoutContent } from './outside.ts'
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

/** Enough for ten thousand hosts; a text that aliases blow up beyond it is refused. */
const mostNodes = 500_000
const deepest = 100
const tooDeep = `maps and lists are nested deeper than ${deepest} levels`
/** Collections that the parser holds open at most: several a level, as keys and single pairs count too. */
const mostOpen = 5 * deepest
/** Nobody reads more; each costs a look at its line, and a text of a host may be one line of nothing but faults. */
const mostProblems = 100

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
  nodes: number
  readonly mostNodes: number
  /** What was read is not what was meant, so checking it would only add to the noise. */
  useless: boolean
}

/**
 * YAML 1.2 as plain values, with the place of every key and value remembered. Merge keys (`<<`) are resolved, since
 * Prometheus' own parser does so too. Problems are collected; the value is undefined where nothing could be read.
 * `most`: values, counted again for each alias that leads to them.
 */
export function parseYaml(
  source: Source,
  most = mostNodes,
): { value: unknown; problems: readonly Problem[] } {
  const { value, problems } = parse(source, most)
  return { value, problems: source.outside ? problems.map(withoutContent) : problems }
}

function parse(source: Source, most: number): { value: unknown; problems: readonly Problem[] } {
  const problems: Problem[] = []
  try {
    refuseDeep(source.text)
    const document = parseDocument(source.text, { uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
    for (const fault of [...document.errors, ...document.warnings].slice(0, mostProblems)) {
      const [start, end] = fault.pos
      problems.push(
        error(source.outside ? `not valid YAML (${fault.code})` : sentence(fault.code, fault.message), {
          source: range({ source, start, end }),
        }),
      )
    }
    if (document.errors.length > 0) return { value: undefined, problems }
    const reading: Reading = {
      source,
      problems,
      anchors: new Map(),
      open: new Set(),
      hidden: new Set(),
      above: [],
      nodes: 0,
      mostNodes: most,
      useless: false,
    }
    const value = convert(document.contents, reading, 0, false)
    source.understood = true
    return { value: reading.useless ? undefined : value, problems }
  } catch (fault) {
    if (!(fault instanceof TooMuch || fault instanceof RangeError)) throw fault
    const summary = fault instanceof TooMuch ? fault.message : 'maps and lists are nested too deep'
    const place = { source: range({ source, start: 0, end: 0 }) }
    return { value: undefined, problems: [...problems.slice(0, mostProblems), error(summary, place)] }
  }
}

class TooMuch extends Error {}

/**
 * Before the text is composed, which calls itself for each level: when the stack overflows there, Node may abort the
 * whole process instead of throwing.
 */
function refuseDeep(text: string): void {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    // What it yields is read by parseDocument later.
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > mostOpen) throw new TooMuch(tooDeep)
  }
}

function report(problem: Problem, { problems }: Reading): void {
  problems.push(problem)
  if (problems.length >= mostProblems) throw new TooMuch(`more than ${mostProblems} faults in this text`)
}

function sentence(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'expected one YAML document, saw a second one after "---"'
  if (code === 'TAB_AS_INDENT') return 'a tab stands where YAML wants spaces'
  if (/call stack/.test(message)) return 'maps and lists are nested too deep'
  return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}

function convert(node: Node, reading: Reading, depth: number, secret: boolean): unknown {
  reading.nodes += 1
  if (reading.nodes > reading.mostNodes) throw new TooMuch('aliases make this text larger than promha reads')
  if (depth > deepest) throw new TooMuch(tooDeep)
  if (isAlias(node)) return convertAlias(node, reading, depth, secret)
  const anchor = (node as { anchor?: string } | null)?.anchor
  if (anchor !== undefined) reading.anchors.set(anchor, node)
  if (isScalar(node)) return scalar(node.value)
  if (!isMap(node) && !isSeq(node)) return null
  reading.open.add(node)
  const value = isMap(node)
    ? convertMap(node, reading, depth, secret)
    : convertList(node, reading, depth, secret)
  reading.open.delete(node)
  return value
}

function scalar(value: unknown): unknown {
  return typeof value === 'bigint' || value instanceof Uint8Array ? String(value) : (value ?? null)
}

function convertAlias(alias: Alias, reading: Reading, depth: number, secret: boolean): unknown {
  const target = reading.anchors.get(alias.source)
  if (target !== undefined && !reading.open.has(target)) return convert(target, reading, depth + 1, secret)
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
    places.set(index, { key: place, value: place, secret })
    return convert(item, reading, depth + 1, secret)
  })
  remember(values, own, places as Map<string | number, MemberPlace>)
  return values
}

function convertMap(map: YAMLMap, reading: Reading, depth: number, secret: boolean): Record<string, unknown> {
  const own = placeOf(map, reading.source) ?? { source: reading.source, start: 0, end: 0 }
  const places = new Map<string | number, MemberPlace>()
  const values: Record<string, unknown> = {}
  const merged: { value: unknown; place: Place }[] = []
  for (const pair of map.items) {
    const key = readKey(pair, reading, own)
    if (key === undefined) continue
    const written = placeOf(pair.value, reading.source)
    const valuePlace = written && written.end > written.start ? written : key.place
    if (key.merge) {
      merged.push({ value: convert(pair.value, reading, depth + 1, secret), place: valuePlace })
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
    places.set(key.name, { key: key.place, value: valuePlace, secret: hide })
    reading.above.push(key.name)
    values[key.name] = convert(pair.value, reading, depth + 1, hide)
    reading.above.pop()
  }
  for (const { value, place } of merged) mergeInto(values, places, value, place, reading)
  remember(values, own, places)
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

function readKey(
  pair: Pair,
  reading: Reading,
  own: Place,
): { name: string; place: Place; merge: boolean } | undefined {
  const { key } = pair
  const place = placeOf(key, reading.source) ?? own
  const bad = (summary: string) => {
    report(error(summary, { source: range(place) }), reading)
    return undefined
  }
  if (!isScalar(key) || key.value === null) return bad('expected a plain text as key')
  if (key.anchor !== undefined) reading.anchors.set(key.anchor, key)
  const name = typeof key.value === 'string' ? key.value : written(place)
  if (name === '__proto__') return bad('a key may not be called "__proto__"')
  return { name, place, merge: name === '<<' && key.type === 'PLAIN' }
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

/**
 * Numbers of an upstream part that would be written back differently (`1.10`, `0644`, `1.0`): harmless where upstream
 * wants a number, wrong where it wants a text.
 */
export function alteredNumbers(value: unknown, problems: Problem[]): void {
  if (typeof value !== 'object' || value === null) return
  const places = membersOf(value)
  for (const [key, member] of Object.entries(value)) {
    const place = places.get(Array.isArray(value) ? Number(key) : key)
    if (typeof member === 'object') alteredNumbers(member, problems)
    if (typeof member !== 'number' || place === undefined || !Number.isFinite(member)) continue
    const text = written(place.value)
    if (text === String(member) || !/^[-+.\d]/.test(text)) continue
    problems.push(
      warning(`${text} is read as the number ${member}`, {
        source: range(place.value),
        remedy: `put it in quotes where a text is meant: "${text}"`,
      }),
    )
  }
}
