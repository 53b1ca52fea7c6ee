/** The one place of this folder that knows the YAML parser. */
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
  type YAMLMap,
  type YAMLParseError,
  type YAMLSeq,
  type YAMLWarning,
} from 'yaml'
import { LightList, LightMap, LightScalar } from './light-nodes.ts'

export type { Alias, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
export { isAlias } from 'yaml'

export const isScalar = (node: unknown): node is Scalar => node instanceof LightScalar || isFullScalar(node)
export const isMap = (node: unknown): node is YAMLMap => node instanceof LightMap || isFullMap(node)
export const isSeq = (node: unknown): node is YAMLSeq => node instanceof LightList || isFullSeq(node)

/** The text is not read any further; the message says why. */
export class TooMuch extends Error {}

export const deepest = 100
export const tooDeep = `maps and lists are nested deeper than ${deepest} levels`
/** Collections that the parser holds open at most: several a level, as keys and single pairs count too. */
const mostOpen = 5 * deepest

export type Fault = Pick<YAMLParseError | YAMLWarning, 'code' | 'message' | 'pos'>

export interface Composed {
  /** The node of the first document. */
  readonly contents: unknown
  readonly faults: readonly Fault[]
  /** At least one fault is an error. */
  readonly broken: boolean
  /** Where a second document begins. */
  readonly second?: number
}

/** What an unknown tag means is left to the program that reads the text. What go-yaml takes against the standard is taken. */
export function compose(text: string): Composed {
  const strict = composed(text, new Lexer())
  if (strict.faults.length === 0) return strict
  const lenient = composed(text, unindenting())
  const faults = lenient.faults.filter(fault => !isTakenByGo(fault))
  // A mistake is found nearer to its place by the strict reading.
  return faults.length > 0 ? strict : { ...lenient, faults, broken: false }
}

function composed(text: string, lexer: Lexer): Composed {
  const composer = new Composer({
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    resolveKnownTags: false,
  })
  const documents = composer.compose(tokensOf(text, lexer), true, text.length)
  const first = documents.next().value as Document.Parsed
  const second = documents.next().value
  const { contents, errors, warnings } = first
  const faults = [...errors, ...warnings.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED')]
  return { contents, faults, broken: errors.length > 0, ...(second ? { second: second.range[0] } : {}) }
}

/** A lexer for which quotes and brackets end where they are closed, however little the lines between are indented. */
function unindenting(): Lexer {
  const lexer = new Lexer()
  const inner = lexer as unknown as Record<
    'parseQuotedScalar' | 'parseFlowCollection',
    () => Generator<string, unknown>
  > & { indentNext: number }
  for (const name of ['parseQuotedScalar', 'parseFlowCollection'] as const) {
    const read = inner[name]
    inner[name] = function* () {
      const { indentNext } = inner
      inner.indentNext = 0
      try {
        return yield* read.call(lexer)
      } finally {
        inner.indentNext = indentNext
      }
    }
  }
  return lexer
}

function isTakenByGo({ code, message }: Fault): boolean {
  if (code === 'BAD_INDENT') return message.startsWith('Flow end indicator')
  return code === 'MISSING_CHAR' && message.startsWith('Comments must be separated')
}

/**
 * Refuses what is too deep before it is composed, which calls itself for each level: when the stack overflows there, Node
 * may abort the whole process instead of throwing.
 */
function* tokensOf(text: string, lexer: Lexer): Generator<CST.Token, void> {
  const parser = new Parser()
  for (const lexeme of lexer.lex(text)) {
    yield* parser.next(lexeme)
    if (parser.stack.length > mostOpen) throw new TooMuch(tooDeep)
  }
  yield* parser.end()
}

const { tags } = new Document(null).schema

/** The value of a plain scalar; only what begins like this is anything but a text. */
export function resolvePlain(text: string): unknown {
  if (!/^[-+.~\dnNtTfF]/.test(text)) return text
  for (const tag of tags) {
    if (!('test' in tag) || tag.default !== true || !tag.test?.test(text)) continue
    const found = tag.resolve?.(text as never, () => {}, {} as never)
    return found !== null && typeof found === 'object' && 'value' in found ? found.value : found
  }
  return text
}
