/**
 * A fast reader for the common part of YAML: block maps and lists, one-line braces and brackets, one-line scalars, comments.
 * It is all or nothing: a text with anything else, or with a mistake anywhere, is left to the full parser as a whole, which
 * takes ten times as long. So each text has one reader, and no two have to agree on a part of it.
 */
import { LightList, LightMap, type LightNode, LightScalar } from './light-nodes.ts'
import { resolvePlain } from './nodes.ts'

/** Thrown if the text needs the full parser. */
class Uncommon extends Error {}

const deepest = 50
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are left to the full parser
const unsafe = /[\t\r\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|^(?:---|\.\.\.|%)/m
/** Characters that cannot begin a plain scalar, or that begin something else. */
const notFirst = new Set(',[]{}#&*!|>\'"%@`?: \n')
const flowSigns = new Set(',[]{}')

/** Undefined for a text that only the full parser can read. */
export function readLight(text: string): LightNode | undefined {
  if (unsafe.test(text)) return undefined
  try {
    return new LightReader(text).read()
  } catch (thrown) {
    if (thrown instanceof Uncommon) return undefined
    throw thrown
  }
}

class LightReader {
  readonly text: string
  /** The offset of the next character to read. */
  at = 0
  /** The indent of the line that comes next, whose first character is at `at`; -1 at the end. */
  indent = 0
  constructor(text: string) {
    this.text = text
  }

  read(): LightNode {
    this.nextLine(0)
    if (this.indent !== 0) throw new Uncommon()
    const node = this.block(0, 0)
    return this.ended(node, -1)
  }

  /** Goes to the next line that holds more than blanks and a comment. `from`: the start of a line. */
  nextLine(from: number): void {
    const { text } = this
    for (let start = from; start < text.length; ) {
      let at = start
      while (text[at] === ' ') at += 1
      if (at < text.length && text[at] !== '\n' && text[at] !== '#') {
        this.at = at
        this.indent = at - start
        return
      }
      const end = text.indexOf('\n', at)
      if (end === -1) break
      start = end + 1
    }
    this.at = text.length
    this.indent = -1
  }

  /** Goes to the next line after a value, which only a comment may follow on its own line. */
  endLine(): void {
    const { text } = this
    let at = this.at
    while (text[at] === ' ') at += 1
    if (at < text.length && text[at] !== '\n' && !(text[at] === '#' && at > this.at)) throw new Uncommon()
    const end = text.indexOf('\n', at)
    this.nextLine(end === -1 ? text.length : end + 1)
  }

  isDash(): boolean {
    const next = this.text[this.at + 1]
    return this.text[this.at] === '-' && (next === ' ' || next === '\n' || next === undefined)
  }

  block(indent: number, depth: number): LightNode {
    if (depth > deepest) throw new Uncommon()
    return this.isDash() ? this.list(indent, depth) : this.map(indent, depth)
  }

  list(indent: number, depth: number): LightList {
    const list = new LightList()
    const start = this.at
    while (this.indent === indent && this.isDash()) {
      let at = this.at + 1
      while (this.text[at] === ' ') at += 1
      const inner = indent + at - this.at
      this.at = at
      const item = this.isDash() || this.startsPair() ? this.nested(inner, depth) : this.value(indent, depth)
      list.items.push(this.ended(item, indent))
    }
    list.range = [start, endOf(list.items.at(-1)), endOf(list.items.at(-1))]
    return list
  }

  /** A map or list that begins on the line of its dash. */
  nested(indent: number, depth: number): LightNode {
    this.indent = indent
    return this.block(indent, depth + 1)
  }

  map(indent: number, depth: number): LightMap {
    const map = new LightMap()
    const start = this.at
    while (this.indent === indent) {
      if (this.isDash()) throw new Uncommon()
      const key = this.scalar(false)
      if (this.text[this.at] !== ':') throw new Uncommon()
      this.at += 1
      map.items.push({ key, value: this.afterColon(indent, depth) })
    }
    if (this.indent > indent) throw new Uncommon()
    map.range = [start, endOf(map.items.at(-1)?.value), endOf(map.items.at(-1)?.value)]
    return map
  }

  afterColon(indent: number, depth: number): LightNode {
    const { text } = this
    let at = this.at
    if (text[at] !== ' ' && text[at] !== '\n') throw new Uncommon()
    while (text[at] === ' ') at += 1
    if (text[at] !== '\n' && text[at] !== '#') {
      this.at = at
      return this.value(indent, depth)
    }
    this.endLine()
    if (this.indent > indent) return this.ended(this.block(this.indent, depth + 1), indent)
    // A list may stand below its key without an indent.
    if (this.indent === indent && this.isDash()) return this.list(indent, depth + 1)
    throw new Uncommon()
  }

  /** A value on the line of its key or dash. */
  value(indent: number, depth: number): LightNode {
    const first = this.text[this.at]
    const node = first === '[' || first === '{' ? this.flow(depth + 1) : this.scalar(false)
    this.endLine()
    return this.ended(node, indent)
  }

  /** The node, unless the next line is indented deeper and so would continue a value that is complete. */
  ended(node: LightNode, indent: number): LightNode {
    if (this.indent > indent) throw new Uncommon()
    return node
  }

  /** Whether a key begins here, on the line of a dash. */
  startsPair(): boolean {
    const first = this.text[this.at]
    if (first === undefined || first === '\n' || first === '[' || first === '{') return false
    const from = this.at
    this.scalar(false)
    const next = this.text[this.at + 1]
    const found = this.text[this.at] === ':' && (next === ' ' || next === '\n')
    this.at = from
    return found
  }

  flow(depth: number): LightNode {
    if (depth > deepest) throw new Uncommon()
    const { text } = this
    const start = this.at
    const close = text[start] === '[' ? ']' : '}'
    const node = close === ']' ? new LightList() : new LightMap()
    this.at += 1
    for (;;) {
      this.skipBlanks()
      if (text[this.at] === close) break
      if (node instanceof LightList) node.items.push(this.flowValue(depth))
      else {
        const key = this.scalar(true)
        if (text[this.at] !== ':' || text[this.at + 1] !== ' ') throw new Uncommon()
        this.at += 1
        this.skipBlanks()
        node.items.push({ key, value: this.flowValue(depth) })
      }
      this.skipBlanks()
      if (text[this.at] === ',') this.at += 1
      else if (text[this.at] !== close) throw new Uncommon()
    }
    this.at += 1
    node.range = [start, this.at, this.at]
    return node
  }

  flowValue(depth: number): LightNode {
    const first = this.text[this.at]
    return first === '[' || first === '{' ? this.flow(depth + 1) : this.scalar(true)
  }

  skipBlanks(): void {
    while (this.text[this.at] === ' ') this.at += 1
  }

  scalar(flow: boolean): LightScalar {
    const first = this.text[this.at]
    if (first === "'" || first === '"') return this.quoted(first)
    return this.plain(flow)
  }

  quoted(quote: "'" | '"'): LightScalar {
    const { text, at: start } = this
    let end = text.indexOf(quote, start + 1)
    while (end !== -1 && (quote === "'" ? text[end + 1] === "'" : isEscaped(text, start, end)))
      end = text.indexOf(quote, end + (quote === "'" ? 2 : 1))
    if (end === -1) throw new Uncommon()
    const inside = text.slice(start + 1, end)
    if (inside.includes('\n')) throw new Uncommon()
    this.at = end + 1
    if (quote === "'") {
      const value = inside.replaceAll("''", "'")
      return new LightScalar(value, 'QUOTE_SINGLE', value, start, this.at)
    }
    if (/\\[^\\"nt]/.test(inside.replaceAll('\\\\', ''))) throw new Uncommon()
    const value = inside.includes('\\') ? String(JSON.parse(`"${inside}"`)) : inside
    return new LightScalar(value, 'QUOTE_DOUBLE', value, start, this.at)
  }

  plain(flow: boolean): LightScalar {
    const { text, at: start } = this
    const first = text[start]
    const second = text[start + 1]
    if (first === undefined || notFirst.has(first)) throw new Uncommon()
    if (first === '-' && (second === undefined || second === ' ' || second === '\n' || flowSigns.has(second)))
      throw new Uncommon()
    let end = start
    for (let at = start; at < text.length; at += 1) {
      const one = text[at] as string
      if (one === '\n' || (flow && flowSigns.has(one))) break
      if (one === ' ') continue
      if (one === '#' && text[at - 1] === ' ') break
      if (one === ':') {
        const next = text[at + 1]
        if (next === undefined || next === ' ' || next === '\n' || (flow && flowSigns.has(next))) break
      }
      end = at + 1
    }
    this.at = end
    if (text[end] === ' ') this.refuseBlanksBeforeColon()
    const source = text.slice(start, end)
    return new LightScalar(resolvePlain(source), 'PLAIN', source, start, end)
  }

  /** Blanks between a key and its colon are rare, so they are left to the full parser. */
  refuseBlanksBeforeColon(): void {
    let at = this.at
    while (this.text[at] === ' ') at += 1
    if (this.text[at] === ':') throw new Uncommon()
  }
}

function isEscaped(text: string, start: number, end: number): boolean {
  let count = 0
  for (let at = end - 1; at > start && text[at] === '\\'; at -= 1) count += 1
  return count % 2 === 1
}

function endOf(node: LightNode | undefined): number {
  return node?.range[1] ?? 0
}
