import { error, type Problem } from '../diagnostic/problem.ts'
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
    const light = source.text.length < large ? undefined : readLight(source.text)
    const composed = light ? undefined : compose(source.text)
    const { contents, broken = false } = composed ?? { contents: light }
    for (const fault of withoutSequels(composed?.faults ?? []).slice(0, mostProblems))
      problems.push(faultProblem(fault, source, composed?.openBefore ?? (() => undefined)))
    if (broken) return { value: undefined, problems }
    return { value: convertDocument(contents, source, problems, most), problems }
  } catch (fault) {
    if (!(fault instanceof TooMuch || fault instanceof RangeError)) throw fault
    const summary = fault instanceof TooMuch ? fault.message : 'maps and lists are nested too deeply'
    const place = { source: range({ source, start: 0, end: 0 }) }
    return { value: undefined, problems: [...problems.slice(0, mostProblems), error(summary, place)] }
  }
}

/** The faults with only the first syntax error: those after it are often only its consequences. */
function withoutSequels<Fault extends { readonly code: string }>(faults: readonly Fault[]): readonly Fault[] {
  const isSyntax = ({ code }: Fault) => !['DUPLICATE_KEY', 'MULTIPLE_DOCS'].includes(code)
  const first = faults.find(isSyntax)
  return faults.filter(fault => !isSyntax(fault) || fault === first)
}
