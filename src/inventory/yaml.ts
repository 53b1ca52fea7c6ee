import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { convertDocument } from './convert.ts'
import { readLight } from './light-yaml.ts'
import { type Composed, compose, TooMuch } from './nodes.ts'
import { withoutContent } from './outside.ts'
import { range, type Source } from './place.ts'
import { mostProblems } from './reading.ts'

/** Values that aliases may add to those of the text; one that they blow up beyond it is refused. */
const mostAliased = 500_000

/** Characters from which on it is worth the trouble to try the fast reader first. */
const large = 100_000

/**
 * YAML 1.2 as plain values, with the place of every key and value remembered, and of each how it was written. Merge keys
 * (`<<`) are resolved; what an unknown tag means is left to the program that reads the text. Problems are collected; the
 * value is undefined where nothing could be read. Only the first document is read, as upstream does: a second one is an
 * error where `documents` is 'one', else a warning.
 * `most`: values that aliases lead to, each counted again for each alias.
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
    const summary = fault instanceof TooMuch ? fault.message : 'maps and lists are nested too deep'
    const place = { source: range({ source, start: 0, end: 0 }) }
    return { value: undefined, problems: [...problems.slice(0, mostProblems), error(summary, place)] }
  }
}

/** The tab in the indent of what stands there, if there is one. */
function tabBefore(text: string, at: number): number | undefined {
  const start = text.lastIndexOf('\n', at - 1) + 1
  const indent = text.slice(start, at)
  return indent.trim() === '' && indent.includes('\t') ? start + indent.indexOf('\t') : undefined
}

function sentence(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab stands where YAML wants spaces'
  if (/call stack/.test(message)) return 'maps and lists are nested too deep'
  return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}
