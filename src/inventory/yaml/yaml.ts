import type { Problem } from '../../diagnostic/problem.ts'
import { withoutContent } from '../text/shown.ts'
import { range, type SourceText } from '../text/source-text.ts'
import { convertDocument } from './convert.ts'
import { yamlProblem } from './messages.ts'
import { compose, TooMuch } from './nodes.ts'
import { mostProblems } from './reading.ts'
import { faultProblem } from './yaml-fault.ts'

/** The most values that may be read through aliases. A text with more is refused. */
const mostAliased = 500_000

/** YAML 1.2 as plain values with their places. `most`: values by aliases; 'first': a second document is a warning only. */
export function parseYaml(
  source: SourceText,
  most = mostAliased,
  documents: 'one' | 'first' = 'one',
): { value: unknown; problems: readonly Problem[] } {
  const { value, problems } = parse(source, most, documents)
  return { value, problems: source.outside ? problems.map(withoutContent) : problems }
}

function parse(source: SourceText, most: number, documents: 'one' | 'first') {
  const problems: Problem[] = []
  try {
    const { contents, broken, second, faults, openBefore } = compose(source.text)
    // Behind a mistake in the syntax the reader stumbles over what is right: only the first is told.
    const [fault] = faults
    if (fault) problems.push(faultProblem(fault, source, openBefore))
    if (second !== undefined) {
      const place = { source: range({ source, start: second, end: second + 3 }) }
      if (documents === 'one') {
        problems.push(yamlProblem.severalDocuments(place))
        return { value: undefined, problems }
      }
      problems.push(yamlProblem.otherDocumentsUnread(place))
    }
    if (broken) return { value: undefined, problems }
    return { value: convertDocument(contents, source, problems, most), problems }
  } catch (fault) {
    if (!(fault instanceof TooMuch || fault instanceof RangeError)) throw fault
    const place = { source: range({ source, start: 0, end: 0 }) }
    const last =
      fault instanceof TooMuch ? yamlProblem.tooLarge(place, fault.message) : yamlProblem.tooDeep(place)
    return { value: undefined, problems: [...problems.slice(0, mostProblems), last] }
  }
}
