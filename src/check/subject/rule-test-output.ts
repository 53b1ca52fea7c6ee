/** What `promtool test rules` says of one test file, as problems at the places in that file. */
import { goUnquoted } from '../../diagnostic/go-text.ts'
import type { Problem, SourceRange } from '../../diagnostic/problem.ts'
import { at } from '../../inventory/text/place.ts'
import { range } from '../../inventory/text/source-text.ts'
import { mapsIn } from '../../inventory/upstream/upstream-values.ts'
import { milliseconds } from '../../inventory/value/duration.ts'
import { pathAtLine, readUserFile, userPlace } from '../finding/place.ts'
import { checkProblem } from '../messages.ts'

/** Failures of one file that are shown, and lines of each. */
const mostFailures = 100
const mostLines = 40

interface Failure {
  readonly kind: 'alert' | 'expr' | 'other'
  /** The alert's name or the expression. */
  readonly name: string
  readonly time: string
  /** The name of its group of tests, where promtool says it. */
  readonly group: string | undefined
  readonly lines: readonly string[]
}

interface Tested {
  /** The test file as YAML, with its places. */
  readonly value: Readonly<Record<string, unknown>>
  /** The copy of it that promtool read. */
  readonly text: string
  readonly path: string
}

/** One problem for each failed expectation. */
export function failedTests(said: string, { value, text, path }: Tested): readonly Problem[] {
  const fallback = { file: path, line: 1, column: 1 }
  const used = new Set<object>()
  const copy = readUserFile(path, text).value
  return failures(said)
    .slice(0, mostFailures)
    .map(failure => {
      const { kind, name, time, lines } = failure
      const what = kind === 'alert' ? `alert ${name} at ${time}` : `${name} at ${time}`
      const place =
        placeOf(failure, value, used) ??
        (kind === 'other' ? placeOfLine(lines, value, copy) : undefined) ??
        fallback
      return checkProblem.ruleTestFails({ source: place }, { kind, what, lines, mostLines })
    })
}

function failures(said: string): readonly Failure[] {
  const found: Failure[] = []
  let group: string | undefined
  let lines: string[] | undefined
  const begin = (kind: Failure['kind'], name: string, time: string, first: readonly string[]) => {
    lines = [...first]
    found.push({ kind, name, time, group, lines })
  }
  for (const line of said.split('\n')) {
    if (line.trim() === '' || /^Unit Testing: |^\s*SUCCESS$|^\s*FAILED:$|^\s*WARNING: /.test(line)) {
      if (line.trim() !== '') lines = undefined
      continue
    }
    const named = /^ {4}name: (.*),$/.exec(line)
    const alert = /^ {4}alertname: (.*), time: ([^\s,]+), ?$/.exec(line)
    const expr = /^ {4}expr: ("(?:[^"\\]|\\.)*"), time: ([^\s,]+),(.*)$/.exec(line)
    if (named) {
      group = named[1]
      lines = undefined
    } else if (alert) begin('alert', alert[1] ?? '', alert[2] ?? '', [])
    else if (expr)
      begin('expr', goUnquoted(expr[1] ?? ''), expr[2] ?? '', [expr[3]?.trim() ?? ''].filter(Boolean))
    else if (lines !== undefined && (/^\s/.test(line) || found.at(-1)?.kind === 'other'))
      lines.push(line.trimEnd())
    else begin('other', '', '', [line.trim()])
  }
  return found
}

/** The first expectation of that name and time that no other failure has taken. */
function placeOf(
  { kind, name, time, group }: Failure,
  value: Readonly<Record<string, unknown>>,
  used: Set<object>,
): SourceRange | undefined {
  if (kind === 'other') return undefined
  const [list, key] = kind === 'alert' ? ['alert_rule_test', 'alertname'] : ['promql_expr_test', 'expr']
  for (const tests of mapsIn(value.tests)) {
    if (group !== undefined && tests.name !== undefined && String(tests.name) !== group) continue
    for (const one of mapsIn(tests[list])) {
      if (used.has(one) || String(one[key]).trim() !== name.trim()) continue
      if (timeOf(one.eval_time) !== timeOf(time)) continue
      used.add(one)
      return at(one, key).source
    }
  }
  return undefined
}

function timeOf(text: unknown): number {
  return milliseconds(String(text ?? '0s')) ?? 0
}

/** `FILE: LINE:COLUMN: …` of a rule file, or `line N:` of the copy of the test file. */
function placeOfLine(lines: readonly string[], value: object, copy: unknown): SourceRange | undefined {
  const said = lines.join('\n')
  const inFile = /(?:^|\s)(\S+\.ya?ml): (\d+):(\d+): /.exec(said)
  if (inFile) return { file: inFile[1] ?? '', line: Number(inFile[2]), column: Number(inFile[3]) }
  const [, line, rest = ''] = /\bline (\d+): (.*)/.exec(said) ?? []
  const path = line === undefined ? undefined : pathAtLine(copy, Number(line), rest)
  const place = path && userPlace(value, path)
  return place && range(place)
}
