/** The only file of this folder that uses the YAML parser. */
import {
  Composer,
  type CST,
  Document,
  isMap as isFullMap,
  isScalar as isFullScalar,
  isSeq as isFullSeq,
  Lexer,
  Parser,
  type Scalar,
  visit,
  type YAMLMap,
  YAMLParseError,
  type YAMLSeq,
  type YAMLWarning,
} from 'yaml'
import { LightList, LightMap, LightScalar } from './light-nodes.ts'

export type { Alias, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
export { isAlias } from 'yaml'

export const isScalar = (node: unknown): node is Scalar => node instanceof LightScalar || isFullScalar(node)
export const isMap = (node: unknown): node is YAMLMap => node instanceof LightMap || isFullMap(node)
export const isSeq = (node: unknown): node is YAMLSeq => node instanceof LightList || isFullSeq(node)

/** The text is too large or too deep to be read further; the message says why. */
export class TooMuch extends Error {}

export const deepest = 100
export const tooDeep = `maps and lists are nested deeper than ${deepest} levels`
/** The largest stack of the parser, which has several entries for each level. */
const mostOpen = 5 * deepest

export type Fault = Pick<YAMLParseError | YAMLWarning, 'code' | 'message' | 'pos'>

interface Composed {
  /** The node of the first document. */
  readonly contents: unknown
  readonly faults: readonly Fault[]
  /** At least one fault is an error. */
  readonly broken: boolean
  /** Where the innermost bracket, brace or quote was opened that is not closed before an offset. */
  readonly openBefore: (offset: number) => number | undefined
}

/** Parses one document; a second one is a fault. Unknown tags are kept for the program that reads the text. */
export function compose(text: string): Composed {
  const composer = new Composer({
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    resolveKnownTags: false,
  })
  let first: Document.Parsed | undefined
  for (const document of composer.compose(tokensOf(text), true, text.length)) {
    if (first === undefined) first = document as Document.Parsed
    else {
      const [start, end] = document.range as readonly [number, number, number]
      first.errors.push(new YAMLParseError([start, end], 'MULTIPLE_DOCS', ''))
      break
    }
  }
  const { contents, errors, warnings } = first as Document.Parsed
  const faults = [...errors, ...warnings.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED')]
  const openBefore = (offset: number) => lastOpen(contents, text, offset)
  return { contents, faults, broken: errors.length > 0, openBefore }
}

function lastOpen(contents: Document.Parsed['contents'], text: string, offset: number): number | undefined {
  let found: number | undefined
  const look = (range: readonly number[] | null | undefined, closing: string) => {
    const [start = 0, end = 0] = range ?? []
    if (start < offset && end >= offset && !(end - start > 1 && text[end - 1] === closing)) found = start
  }
  visit(contents, {
    Map: (_, { flow, range }) => (flow ? look(range, '}') : undefined),
    Seq: (_, { flow, range }) => (flow ? look(range, ']') : undefined),
    Scalar: (_, { type, range }) =>
      type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE'
        ? look(range, type === 'QUOTE_DOUBLE' ? '"' : "'")
        : undefined,
  })
  return found
}

/**
 * The tokens of a text. Throws {@link TooMuch} if it is nested too deeply: the composer is recursive, and on a stack overflow
 * in it Node may abort the process instead of throwing.
 */
function* tokensOf(text: string): Generator<CST.Token, void> {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme)
    if (parser.stack.length > mostOpen) throw new TooMuch(tooDeep)
  }
  yield* parser.end()
}

const { tags } = new Document(null).schema

/** The value of a plain scalar. Only one that begins with these characters can be anything but a text. */
export function resolvePlain(text: string): unknown {
  if (!/^[-+.~\dnNtTfF]/.test(text)) return text
  for (const tag of tags) {
    if (!('test' in tag) || tag.default !== true || !tag.test?.test(text)) continue
    const found = tag.resolve?.(text as never, () => {}, {} as never)
    return found !== null && typeof found === 'object' && 'value' in found ? found.value : found
  }
  return text
}
