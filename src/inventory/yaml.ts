import { Composer, type CST, type Document, Lexer, Parser, YAMLParseError, type YAMLWarning } from 'yaml'
import { error, type Problem } from '../diagnostic/problem.ts'
import { convertDocument, deepest, mostProblems, TooMuch, tooDeep } from './convert.ts'
import { withoutContent } from './outside.ts'
import { range, type Source } from './place.ts'

/** Values that aliases may add to those of the text; one that they blow up beyond it is refused. */
const mostAliased = 500_000
/** Collections that the parser holds open at most: several a level, as keys and single pairs count too. */
const mostOpen = 5 * deepest

/**
 * YAML 1.2 as plain values, with the place of every key and value remembered, and of each how it was written. Merge keys
 * (`<<`) are resolved; what an unknown tag means is left to the program that reads the text. Problems are collected; the
 * value is undefined where nothing could be read.
 * `most`: values that aliases lead to, each counted again for each alias.
 */
export function parseYaml(
  source: Source,
  most = mostAliased,
): { value: unknown; problems: readonly Problem[] } {
  const { value, problems } = parse(source, most)
  return { value, problems: source.outside ? problems.map(withoutContent) : problems }
}

function parse(source: Source, most: number): { value: unknown; problems: readonly Problem[] } {
  const problems: Problem[] = []
  try {
    const document = compose(source.text)
    for (const fault of faultsOf(document).slice(0, mostProblems)) {
      const [start, end] = fault.pos
      problems.push(
        error(source.outside ? `not valid YAML (${fault.code})` : sentence(fault.code, fault.message), {
          source: range({ source, start, end }),
        }),
      )
    }
    if (document.errors.length > 0) return { value: undefined, problems }
    return { value: convertDocument(document.contents, source, problems, most), problems }
  } catch (fault) {
    if (!(fault instanceof TooMuch || fault instanceof RangeError)) throw fault
    const summary = fault instanceof TooMuch ? fault.message : 'maps and lists are nested too deep'
    const place = { source: range({ source, start: 0, end: 0 }) }
    return { value: undefined, problems: [...problems.slice(0, mostProblems), error(summary, place)] }
  }
}

/** The first document; a second one is an error of it. */
function compose(text: string): Document.Parsed {
  const composer = new Composer({
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    // Upstream gives them a meaning that is not that of YAML 1.2.
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
  return first as Document.Parsed
}

/**
 * Refuses what is too deep before it is composed, which calls itself for each level: when the stack overflows there, Node
 * may abort the whole process instead of throwing.
 */
function* tokensOf(text: string): Generator<CST.Token, void> {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme)
    if (parser.stack.length > mostOpen) throw new TooMuch(tooDeep)
  }
  yield* parser.end()
}

function faultsOf({ errors, warnings }: Document.Parsed): readonly (YAMLParseError | YAMLWarning)[] {
  return [...errors, ...warnings.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED')]
}

function sentence(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'expected one YAML document, saw a second one after "---"'
  if (code === 'TAB_AS_INDENT') return 'a tab stands where YAML wants spaces'
  if (/call stack/.test(message)) return 'maps and lists are nested too deep'
  return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}
