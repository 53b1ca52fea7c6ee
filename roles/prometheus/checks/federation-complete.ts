/** Has a cell all series that it collects from others, and each once? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import { withoutLabels } from '../../../src/inventory/upstream/selector.ts'
import type { Collection } from '../../../src/topology/model.ts'
import { api } from '../../../src/verify/answer/answers.ts'
import type { CheckDefinition, CheckVerdict } from '../../../src/verify/answer/view.ts'
import { answerTo, defineCheck, heard, isVerdict } from '../../../src/verify/answer/view.ts'
import { each, type NamedProgram } from '../../../src/verify/ask/question.ts'
import type { AskedSource, Have, SourceCounts } from './federation-counts.ts'
import { collectedCounts, countsOf, givenCounts, haveOf } from './federation-counts.ts'
import { type FederationFinding, seenUp, verdictOf } from './federation-sources.ts'

/** Milliseconds: that a scrape is this late on a busy machine is no failure, however often it is made. */
const lateness = 5_000

export interface Collecting {
  readonly cell: string
  readonly replicas: readonly NamedProgram[]
  readonly collection: Collection
  readonly sources: readonly AskedSource[]
}

/** `federation.complete`: each collecting replica has as many series as each replica of a source that is up, each once. */
export function federationComplete({ cell, replicas, collection, sources }: Collecting): CheckDefinition {
  const id = 'federation.complete'
  const interval = Math.max(collection.interval, lateness)
  const selectors = collection.match.flatMap(given => {
    const arrived = withoutLabels(given, collection.changed)
    return arrived === undefined ? [] : [{ given, arrived }]
  })
  if (selectors.length === 0)
    return defineCheck(id, cell, {}, () => ({
      status: 'skip',
      detail: 'series are not compared, because "match" asks for labels that they get on the way',
    }))
  const match = selectors.map(({ given }) => given)
  const arriving = selectors.map(({ arrived }) => arrived)
  const needs = {
    targets: each(replicas, api.targets),
    collected: each(replicas, collectedCounts(arriving, sources, interval)),
  }
  const given = sources.map(source => ({
    source,
    questions: each(source.replicas, givenCounts(match, source.cell, interval)),
  }))
  return {
    id,
    target: cell,
    needs: [...Object.values(needs).flat(), ...given.flatMap(({ questions }) => questions)],
    judge(view) {
      const found = heard(view, needs)
      if (isVerdict(found)) return found
      const { targets, collected } = found.answers
      const compared = given.flatMap(({ source, questions }) => {
        const asked = questions.map(question => {
          const counts = answerTo(view, question)
          return { replica: question.program, counts: counts && countsOf(counts, match.length) }
        })
        return collected.map(({ program, answer }): Compared => {
          const active = targets.find(one => one.program === program)?.answer ?? []
          const up = seenUp(active, source)
          const { name } = program
          if (up.length === 0) return { name, source, findings: [] }
          const have = match.map((_, selector) => haveOf(answer, source, selector))
          const all = asked.map(({ counts }) => counts)
          const own = asked.filter(({ replica }) => up.includes(replica)).map(({ counts }) => counts)
          return {
            ...{ name, source },
            findings: findSeries({ name, source, match, have, up: own, all }),
            arrived: have.reduce((sum, { all: series }) => sum + series, 0),
            // Where the source's own replicas disagree, it is not known how many there should be.
            isCertain: match.every((_, at) => Number.isFinite(allowed(all.map(counts => counts?.[at])))),
          }
        })
      })
      return verdictOf(compared.flatMap(({ findings }) => findings)) ?? told(compared, replicas, sources)
    },
  }
}

/** What one collecting replica has of one source; without `arrived` if it sees no replica of it up. */
interface Compared {
  readonly name: string
  readonly source: AskedSource
  readonly findings: readonly FederationFinding[]
  readonly arrived?: number
  readonly isCertain?: boolean
}

interface Series {
  readonly name: string
  readonly source: AskedSource
  readonly match: readonly string[]
  /** By selector. */
  readonly have: readonly Have[]
  /** Of the replicas of the source that it sees up; undefined for one that was not heard. */
  readonly up: readonly (readonly SourceCounts[] | undefined)[]
  /** The same of every replica. */
  readonly all: readonly (readonly SourceCounts[] | undefined)[]
}

function findSeries({ name, source, match, have, up, all }: Series): readonly FederationFinding[] {
  const { cell, replicaLabel } = source
  const findings = have.flatMap((series, selector): readonly FederationFinding[] => {
    const by = `of cell ${cell} by ${match[selector]}`
    const wanted = most(up, selector, 'before')
    const lately = most(up, selector, 'recent')
    const wrong = (said: string, remedy: string, more = {}) => [
      { status: 'fail', said: `${name} has ${said}`, remedy, passing: true, ...more } as const,
    ]
    if (series.labelled > 0)
      return wrong(`${series.labelled} series ${by} with the label ${replicaLabel}`, keepsLabel, {
        afterFailure: '',
      })
    if (series.all < wanted) return wrong(`${series.all} of ${wanted} series ${by}`, refused)
    if (series.fresh < lately)
      return wrong(`new samples of ${series.fresh} of ${lately} series ${by}`, refused)
    if (series.fresh > allowed(all.map(counts => counts?.[selector])))
      return wrong(`${series.fresh} series ${by}, more than that cell has itself`, differs)
    return []
  })
  if (findings.length > 0 || have.some(series => series.all > 0)) return findings
  const remedy = `See whether cell ${cell} has any that "match" of federation selects.`
  return [{ status: 'warn', said: `${name} has no series of cell ${cell}`, remedy, passing: true }]
}

const keepsLabel =
  'Run apply: the job federate takes that label away, and without that each series is there once a replica.'
const refused =
  'Look at the log of Prometheus for samples that were refused, and at the clocks of both cells.'
const differs =
  'Let no label differ between the replicas there but the replica label, which is taken away here.'

/** The most that one of them has of a selector now and had then; 0 where none was heard. */
function most(given: Series['up'], selector: number, then: 'before' | 'recent'): number {
  const known = given.flatMap(counts => counts?.[selector] ?? [])
  return Math.max(0, ...known.map(counts => Math.min(counts.now, counts[then])))
}

/** How many series there may be at most; any number where the replicas disagree or one of them was not asked. */
function allowed(given: readonly (SourceCounts | undefined)[]): number {
  const known = given.flatMap(each => each ?? [])
  const agree = known.length === given.length && new Set(known.map(({ now }) => now)).size === 1
  return agree ? Math.max(...known.map(({ seen }) => seen)) : Number.POSITIVE_INFINITY
}

function told(
  compared: readonly Compared[],
  replicas: readonly NamedProgram[],
  sources: readonly AskedSource[],
): CheckVerdict {
  const uncounted = compared.filter(({ arrived }) => arrived === undefined)
  if (uncounted.length > 0) {
    const said = uncounted.map(({ name, source }) => `${name} sees no replica of cell ${source.cell} up`)
    return { status: 'skip', detail: `series are not compared, because ${listFirst(said)}` }
  }
  const all = sources.map(source => {
    const own = compared.filter(one => one.source === source)
    const counts = [...new Set(own.map(({ arrived = 0 }) => arrived))].sort((a, b) => a - b)
    const once = own.every(({ isCertain }) => isCertain) ? ' once' : ''
    const { length } = source.replicas
    return `${counts.join(' or ')} series of cell ${source.cell}${once}, from ${length} ${length === 1 ? 'replica' : 'replicas'}`
  })
  const names = replicas.map(({ name }) => name)
  return {
    status: 'pass',
    detail: `${names.join(' and ')} ${names.length === 1 ? 'has' : 'have'} ${listFirst(all)}`,
  }
}
