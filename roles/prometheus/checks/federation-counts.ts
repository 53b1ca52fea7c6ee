/** How many series a collecting cell has of its sources, and the sources themselves: the queries and their answers. */
import { withMatchers } from '../../../src/inventory/upstream/selector.ts'
import { anyOf } from '../../../src/topology/federate.ts'
import { query, type Vector } from '../../../src/verify/answer/answers.ts'
import type { Api, NamedProgram } from '../../../src/verify/ask/question.ts'

/** Milliseconds for which Prometheus shows the last sample of a series that has ended without a word. */
const lookback = 300_000

/** A cell that is collected from, with its replicas as they are asked. */
export interface AskedSource {
  readonly cell: string
  readonly replicaLabel: string
  readonly replicas: readonly NamedProgram[]
}

/** What one replica of a source says of one selector, in series. */
export interface SourceCounts {
  readonly now: number
  /** Two scrapes ago: what is younger need not have arrived yet. */
  readonly before: number
  /** With a sample of the two scrapes before those, which has to have arrived. */
  readonly recent: number
  /** Those that may still be seen where they were collected, though they are gone. */
  readonly seen: number
}

/** What a collecting replica has of one source by one selector, in series. */
export interface Have {
  readonly all: number
  /** With a sample of the last few scrapes. */
  readonly fresh: number
  /** With the replica label that should have been taken away. */
  readonly labelled: number
}

/** All counts of a collecting replica in one query: by the cell they are of, the selector, and what was counted. */
export function collectedCounts(
  match: readonly string[],
  sources: readonly AskedSource[],
  interval: number,
): Api<Vector> {
  const cells = `cell=~${JSON.stringify(anyOf(sources.map(({ cell }) => cell)))}`
  const counts = match.flatMap((selector, index) => {
    const bare = withMatchers(selector, cells)
    return [
      marked(index, 'all', `count by (cell) (${bare})`),
      marked(index, 'fresh', `count by (cell) (last_over_time(${bare}[${5 * interval}ms]))`),
      ...sources.map(({ cell, replicaLabel, replicas }) => {
        // A program of that cell may have a label of that name, of another value.
        const names = JSON.stringify(anyOf(replicas.map(({ name }) => name)))
        const own = withMatchers(selector, `cell=${JSON.stringify(cell)}`, `${replicaLabel}=~${names}`)
        return marked(index, 'labelled', `count by (cell) (${own})`)
      }),
    ]
  })
  return query(counts.join(' or '))
}

export function haveOf(collected: Vector, { cell }: AskedSource, selector: number): Have {
  const value = (what: string) => countIn(collected, selector, what, cell)
  return { all: value('all'), fresh: value('fresh'), labelled: value('labelled') }
}

/** The same of a replica of the source, whose own series do not bear the name of their cell. */
export function givenCounts(match: readonly string[], cell: string, interval: number): Api<Vector> {
  const counts = match.flatMap((selector, index) => {
    const bare = withMatchers(selector, `cell=~${JSON.stringify(`|${anyOf([cell])}`)}`)
    return [
      marked(index, 'now', `count(${bare})`),
      marked(index, 'before', `count(${bare} offset ${2 * interval}ms)`),
      marked(index, 'recent', `count(last_over_time(${bare}[${2 * interval}ms] offset ${2 * interval}ms))`),
      marked(index, 'seen', `count(last_over_time(${bare}[${lookback + 5 * interval}ms]))`),
    ]
  })
  return query(counts.join(' or '))
}

/** By selector. */
export function countsOf(given: Vector, selectors: number): readonly SourceCounts[] {
  const value = (index: number, what: string) => countIn(given, index, what)
  return Array.from({ length: selectors }, (_, index) => ({
    now: value(index, 'now'),
    before: value(index, 'before'),
    recent: value(index, 'recent'),
    seen: value(index, 'seen'),
  }))
}

function marked(selector: number, what: string, expression: string): string {
  return `label_replace(${expression}, "promha", "${selector} ${what}", "", "")`
}

function countIn(counts: Vector, selector: number, what: string, cell?: string): number {
  const found = counts.find(({ metric }) => metric.promha === `${selector} ${what}` && metric.cell === cell)
  return Number(found?.value[1] ?? 0)
}
