import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { convertDocument } from './convert.ts'
import { readLight } from './light-yaml.ts'
import { compose, TooMuch } from './nodes.ts'
import { withoutContent } from './outside.ts'
import { range, type Source } from './place.ts'
import { mostProblems } from './reading.ts'
import { faultProblem } from './yaml-fault.ts'

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
    const composed = light ? undefined : compose(source.text)
    const { contents, broken = false, second } = composed ?? { contents: light }
    // Behind a mistake in the syntax the reader stumbles over what is right: only the first is told.
    const [fault] = composed?.faults ?? []
    if (composed && fault) problems.push(faultProblem(fault, source, composed.openBefore))
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
