/** The only file of this folder that uses the YAML parser. */
import type { CST, Document, YAMLParseError, YAMLWarning } from 'yaml'
import { Composer, Lexer, Parser, visit } from 'yaml'

export type { Alias, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
export { isAlias, isMap, isScalar, isSeq } from 'yaml'

/** The text is too large or too deep to be read further; the message says why. */
export class TooMuch extends Error {}

export const deepest = 100
export const tooDeep = `maps and lists are nested deeper than ${deepest} levels`
/** The largest stack of the parser, which has several entries for each level. */
const mostOpen = 5 * deepest

export type Fault = Pick<YAMLParseError | YAMLWarning, 'code' | 'message' | 'pos'>

/** Where the innermost bracket, brace or quote was opened that is not closed before an offset. */
export type OpenBefore = (offset: number) => number | undefined

interface Composed {
  /** The node of the first document. */
  readonly contents: unknown
  readonly faults: readonly Fault[]
  /** At least one fault is an error. */
  readonly broken: boolean
  readonly openBefore: OpenBefore
  /** Where a second document begins. */
  readonly second?: number
}

/** Parses one document, also what go-yaml reads against the standard. Unknown tags are kept for the program that reads the text. */
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
  return {
    contents,
    faults,
    broken: errors.length > 0,
    openBefore: offset => lastOpen(contents, text, offset),
    ...(second ? { second: second.range[0] } : {}),
  }
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

/** Throws {@link TooMuch} if it is nested too deeply: on a stack overflow in the composer Node may abort the process. */
function* tokensOf(text: string, lexer: Lexer): Generator<CST.Token, void> {
  const parser = new Parser()
  for (const lexeme of lexer.lex(text)) {
    yield* parser.next(lexeme)
    if (parser.stack.length > mostOpen) throw new TooMuch(tooDeep)
  }
  yield* parser.end()
}
