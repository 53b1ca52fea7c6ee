import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { convertDocument } from './convert.ts'
import { readLight } from './light-yaml.ts'
import { type Composed, compose, TooMuch } from './nodes.ts'
import { withoutContent } from './outside.ts'
import { range, type Source } from './place.ts'
import { mostProblems } from './reading.ts'

/** The most values that may be read through aliases. A text with more is refused. */
const mostAliased = 500_000

/** Characters from which on the fast reader is tried first. */
const large = 100_000

/**
 * YAML 1.2 as plain values. The place of every key and value, and how it was written, is remembered. Merge keys (`<<`) are
 * resolved. Unknown tags are kept for the program that reads the text. The value is undefined if nothing could be read.
 * @param most values that may be read through aliases, counted once for each alias
 * @param documents only the first document is read; a second one is an error with 'one', a warning with 'first'
 */
export function parseYaml(
  source: Source,
  most = mostAliased,
  documents: 'one' | 'first' = 'one',
): { value: unknown; problems: readonly Problem[] } {
  const { value, problems } = parse(source, most, documents)
  return { value, problems: source.outside ? problems.map(withoutContent) : problems }
}

function parse(
  source: Source,
  most: number,
  documents: 'one' | 'first',
): { value: unknown; problems: readonly Problem[] } {
  const problems: Problem[] = []
  try {
    const light = source.text.length < large ? undefined : readLight(source.text)
    const { contents, faults, broken, second }: Composed = light
      ? { contents: light, faults: [], broken: false }
      : compose(source.text)
    // Behind a mistake in the syntax the reader stumbles over what is right: only the first is told.
    for (const fault of faults.slice(0, 1)) {
      const tab = tabBefore(source.text, fault.pos[0])
      const [start, end] = tab === undefined ? fault.pos : [tab, tab + 1]
      const code = tab === undefined ? fault.code : 'TAB_AS_INDENT'
      problems.push(
        error(source.outside ? `not valid YAML (${code})` : sentence(code, fault.message), {
          source: range({ source, start, end }),
        }),
      )
    }
    if (second !== undefined) {
      const place = { source: range({ source, start: second, end: second + 3 }) }
      if (documents === 'one') {
        problems.push(error('expected one YAML document, saw a second one after "---"', place))
        return { value: undefined, problems }
      }
      problems.push(
        warning('only the first YAML document of this file is read', {
          ...place,
          remedy: 'put the other documents into files of their own, or take them out',
        }),
      )
    }
    if (broken) return { value: undefined, problems }
    return { value: convertDocument(contents, source, problems, most), problems }
  } catch (fault) {
    if (!(fault instanceof TooMuch || fault instanceof RangeError)) throw fault
    const summary = fault instanceof TooMuch ? fault.message : 'maps and lists are nested too deeply'
    const place = { source: range({ source, start: 0, end: 0 }) }
    return { value: undefined, problems: [...problems.slice(0, mostProblems), error(summary, place)] }
  }
}

/** The tab in the indentation of a line, if the text at this place begins the line. */
function tabBefore(text: string, at: number): number | undefined {
  const start = text.lastIndexOf('\n', at - 1) + 1
  const indent = text.slice(start, at)
  return indent.trim() === '' && indent.includes('\t') ? start + indent.indexOf('\t') : undefined
}

function sentence(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'expected spaces as indentation, saw a tab'
  if (/call stack/.test(message)) return 'maps and lists are nested too deeply'
  return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}
