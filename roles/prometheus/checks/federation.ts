/** Has a cell all that it collects from others, and each series once? */

import { few } from '../../../src/diagnostic/few.ts'
import { withoutLabels } from '../../../src/inventory/selector.ts'
import type { Collection } from '../../../src/topology/model.ts'
import { paths } from '../../../src/verify/answers.ts'
import { remedyFor } from '../../../src/verify/scrape-errors.ts'
import { reason, targetAt, targetsOf } from '../../../src/verify/targets.ts'
import {
  each,
  heard,
  isVerdict,
  type NamedProgram,
  type Need,
  type Question,
  type Verdict,
  type View,
} from '../../../src/verify/view.ts'
import {
  type AskedSource,
  collectedPath,
  type Given,
  givenBy,
  givenPath,
  type Have,
  haveOf,
} from './federation-counts.ts'

/** What was found wrong, or worth a warning; `passing` where it may still become well by itself. */
interface Finding {
  readonly status: 'fail' | 'warn'
  readonly said: string
  readonly remedy: string
  readonly afterFailure?: string
  readonly passing: boolean
}

/** Milliseconds: that a scrape is this late on a busy machine is no failure, however often it is made. */
const lateness = 5_000
const network =
  'Let the replicas reach each other at the port of Prometheus, TCP, and look at the programs there.'

/**
 * `federation.complete`: each collecting replica sees every replica of each source up, and has as many series as each of
 * those has for every selector, none of them more than once. Where the sources themselves are not asked, since they were
 * not selected or cannot be reached, it is judged by what has arrived. That another cell does not answer is a warning.
 */
export function federationComplete(
  cell: string,
  replicas: readonly NamedProgram[],
  { match: all, changed, interval: wished }: Collection,
  sources: readonly AskedSource[],
): Question {
  const interval = Math.max(wished, lateness)
  const selectors = all.flatMap(given => {
    const arrived = withoutLabels(given, changed)
    return arrived === undefined ? [] : [{ given, arrived }]
  })
  const match = selectors.map(({ given }) => given)
  const targets = each(replicas, paths.targets)
  const arriving = selectors.map(({ arrived }) => arrived)
  const none = match.length === 0
  const collected = none ? [] : each(replicas, collectedPath(arriving, sources, interval))
  const given = sources.map(source =>
    none ? [] : each(source.replicas, givenPath(match, source.cell, interval)),
  )
  return {
    id: 'federation.complete',
    target: cell,
    needs: [...targets, ...collected, ...given.flat()],
    judge(view) {
      const own = heard(view, [...targets, ...collected])
      if (isVerdict(own)) return own
      const findings: Finding[] = []
      const arrived = sources.map(() => new Set<number>())
      const certain = sources.map(() => true)
      for (const [index, { name }] of replicas.entries()) {
        for (const [at, source] of sources.entries()) {
          const asked = source.replicas.map((_, which) => givenBy(view, given[at]?.[which], match.length))
          const reached = findReached(name, source, asked, own.bodies[index], view, given[at] ?? [])
          findings.push(...reached.findings)
          if (none || reached.up.length === 0) continue
          const have = match.map((_, selector) =>
            haveOf(own.bodies[replicas.length + index], source, selector),
          )
          findings.push(
            ...findSeries(
              name,
              source,
              match,
              have,
              reached.up.map(which => asked[which]),
              asked,
            ),
          )
          // Where the sources' own replicas disagree, it is not known how many there should be.
          if (
            match.some(
              (_, selector) => allowed(asked.map(counts => counts?.[selector])) === Number.POSITIVE_INFINITY,
            )
          )
            certain[at] = false
          arrived[at]?.add(have.reduce((sum, { all }) => sum + all, 0))
        }
      }
      return told(findings, replicas, sources, none ? undefined : { arrived, certain })
    },
  }
}

/** Which replicas of a source one collecting replica sees up, and what that says. */
function findReached(
  name: string,
  source: AskedSource,
  asked: readonly (readonly Given[] | undefined)[],
  targets: unknown,
  view: View,
  needs: readonly Need[],
): { readonly up: readonly number[]; readonly findings: readonly Finding[] } {
  const seen = source.replicas.map(({ instance }) => targetAt(targetsOf(targets), 'federate', instance))
  const up = seen.flatMap((target, which) => (target?.health === 'up' ? [which] : []))
  const silent = source.replicas.flatMap(({ instance }, which) => {
    const target = seen[which]
    return target?.health === 'up' ? [] : [`${instance} (${target ? reason(target) : 'not scraped'})`]
  })
  if (silent.length === 0) return { up, findings: [] }
  // One that answers for itself, or was not asked here yet, may well be seen up in a moment.
  const passing = seen.some(
    (target, which) =>
      target?.health !== 'up' && (target?.health === 'unknown' || asked[which] !== undefined),
  )
  // What is not scraped at all is no matter of the other cell.
  const ours = seen.includes(undefined)
  const answers = needs.some(need => view(need).kind === 'answer')
  const [status, said] =
    up.length > 0
      ? ([ours ? 'fail' : 'warn', `${name} does not see ${few(silent)} of cell ${source.cell}`] as const)
      : ([
          ours || answers ? 'fail' : 'warn',
          `${name} collects nothing from cell ${source.cell}: ${few(silent)}`,
        ] as const)
  const remedy = remedyFor(
    seen.filter(target => target?.health !== 'up'),
    { otherwise: network },
  )
  return { up, findings: [{ status, said, remedy, passing }] }
}

/** What is wrong with the series that one replica has of a source. `up`: those it sees up; `all`: every replica. */
function findSeries(
  name: string,
  { cell, replicaLabel }: AskedSource,
  match: readonly string[],
  have: readonly Have[],
  up: readonly (readonly Given[] | undefined)[],
  all: readonly (readonly Given[] | undefined)[],
): readonly Finding[] {
  const findings: Finding[] = []
  const fail = (said: string, remedy: string, afterFailure?: string) =>
    findings.push({
      ...{ status: 'fail', said, remedy, passing: true },
      ...(afterFailure === undefined ? {} : { afterFailure }),
    })
  for (const [selector, series] of have.entries()) {
    const by = `of cell ${cell} by ${match[selector]}`
    const wanted = most(up, selector, ({ now, before }) => Math.min(now, before))
    const lately = most(up, selector, ({ now, recent }) => Math.min(now, recent))
    if (series.labelled > 0) {
      fail(
        `${name} has ${series.labelled} series ${by} with the label ${replicaLabel}`,
        'Run apply: the job federate takes that label away, and without that each series is there once a replica.',
        '',
      )
    } else if (series.all < wanted) {
      fail(
        `${name} has ${series.all} of ${wanted} series ${by}`,
        'Look at the log of Prometheus for samples that were refused, and at the clocks of both cells.',
      )
    } else if (series.fresh < lately) {
      fail(
        `${name} has new samples of ${series.fresh} of ${lately} series ${by}`,
        'Look at the log of Prometheus for samples that were refused, and at the clocks of both cells.',
      )
    } else if (series.fresh > allowed(all.map(counts => counts?.[selector]))) {
      fail(
        `${name} has ${series.fresh} series ${by}, more than that cell has itself`,
        'Let no label differ between the replicas there but the replica label, which is taken away here.',
      )
    }
  }
  if (findings.length === 0 && have.every(series => series.all === 0)) {
    findings.push({
      status: 'warn',
      said: `${name} has no series of cell ${cell}`,
      remedy: `See whether cell ${cell} has any that "match" of federation selects.`,
      passing: true,
    })
  }
  return findings
}

/** The most that one of them has of a selector; 0 where none was heard. */
function most(
  given: readonly (readonly Given[] | undefined)[],
  selector: number,
  count: (given: Given) => number,
): number {
  return Math.max(
    0,
    ...given.map(counts => {
      const one = counts?.[selector]
      return one ? count(one) : 0
    }),
  )
}

/** How many series there may be at most; any number where the replicas disagree or one of them was not asked. */
function allowed(given: readonly (Given | undefined)[]): number {
  const known = given.flatMap(each => each ?? [])
  const agree = known.length === given.length && new Set(known.map(({ now }) => now)).size === 1
  return agree ? Math.max(...known.map(({ seen }) => seen)) : Number.POSITIVE_INFINITY
}

function told(
  findings: readonly Finding[],
  replicas: readonly NamedProgram[],
  sources: readonly AskedSource[],
  counted:
    | { readonly arrived: readonly ReadonlySet<number>[]; readonly certain: readonly boolean[] }
    | undefined,
): Verdict {
  const worst = findings.find(({ status }) => status === 'fail') ?? findings[0]
  if (worst) {
    return {
      status: worst.status,
      detail: few(
        [...new Set(findings.filter(({ status }) => status === worst.status).map(({ said }) => said))],
        3,
      ),
      remedy: worst.remedy,
      ...(worst.afterFailure === undefined ? {} : { afterFailure: worst.afterFailure }),
      settled: !findings.some(({ status, passing }) => status === worst.status && passing),
    }
  }
  const names = replicas.map(({ name }) => name)
  if (counted === undefined) {
    const cells = few(sources.map(({ cell }) => `cell ${cell}`))
    return {
      status: 'pass',
      detail: `${names.join(' and ')} ${names.length === 1 ? 'sees' : 'see'} all of ${cells}; series are not compared, since "match" asks for labels that they get on the way`,
    }
  }
  const all = sources.map(({ cell, replicas: { length } }, at) => {
    const counts = [...(counted.arrived[at] ?? [])].sort((a, b) => a - b)
    return `${counts.join(' or ')} series of cell ${cell}${counted.certain[at] ? ' once' : ''}, from ${length} ${length === 1 ? 'replica' : 'replicas'}`
  })
  return {
    status: 'pass',
    detail: `${names.join(' and ')} ${names.length === 1 ? 'has' : 'have'} ${few(all)}`,
  }
}
