/** Does a cell that collects from others reach all replicas of its sources? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import { api, type Target } from '../../../src/verify/answer/answers.ts'
import { remedyFor } from '../../../src/verify/answer/scrape-errors.ts'
import { downReason, targetAt } from '../../../src/verify/answer/targets.ts'
import type { CheckDefinition, CheckVerdict, View } from '../../../src/verify/answer/view.ts'
import { heard, isVerdict } from '../../../src/verify/answer/view.ts'
import { each, type NamedProgram, programQuestion } from '../../../src/verify/ask/question.ts'
import type { AskedSource } from './federation-counts.ts'

const network =
  'Let the replicas reach each other at the port of Prometheus, TCP, and look at the programs there.'

/** `federation.sources`: each replica of each source is scraped and up. A silent other cell is a warning. */
export function federationSources(
  cell: string,
  replicas: readonly NamedProgram[],
  sources: readonly AskedSource[],
): CheckDefinition {
  const needs = { targets: each(replicas, api.targets) }
  return {
    id: 'federation.sources',
    target: cell,
    needs: [...needs.targets, ...sources.flatMap(source => each(source.replicas, api.ready))],
    judge(view) {
      const found = heard(view, needs)
      if (isVerdict(found)) return found
      const findings = found.answers.targets.flatMap(({ program: { name }, answer }) =>
        sources.flatMap(source => unseen(name, answer, source, view)),
      )
      const names = replicas.map(({ name }) => name)
      const all = sources.map(({ cell: from, replicas: { length } }) => {
        return `${length === 1 ? 'the only replica' : `${length} replicas`} of cell ${from}`
      })
      const detail = `${names.join(' and ')} ${names.length === 1 ? 'sees' : 'see'} ${listFirst(all)} up`
      return verdictOf(findings) ?? { status: 'pass', detail }
    },
  }
}

/** The replicas of a source that one collecting replica sees up. */
export function seenUp(active: readonly Target[], { replicas }: AskedSource): readonly NamedProgram[] {
  return replicas.filter(({ instance }) => targetAt(active, 'federate', instance)?.health === 'up')
}

/** What it says if a collecting replica does not see all of them up. */
function unseen(
  name: string,
  active: readonly Target[],
  source: AskedSource,
  view: View,
): readonly FederationFinding[] {
  const up = seenUp(active, source)
  const silent = source.replicas
    .filter(replica => !up.includes(replica))
    .map(replica => ({
      instance: replica.instance,
      target: targetAt(active, 'federate', replica.instance),
      answers: view(programQuestion(replica, api.ready)).kind === 'answer',
    }))
  if (silent.length === 0) return []
  const targets = silent.map(({ target }) => target)
  // What is not scraped at all is no matter of the other cell.
  const isOurs = targets.includes(undefined) || (up.length === 0 && silent.some(({ answers }) => answers))
  const list = listFirst(
    silent.map(({ instance, target }) => `${instance} (${target ? downReason(target) : 'not scraped'})`),
  )
  return [
    {
      status: isOurs ? 'fail' : 'warn',
      said:
        up.length > 0
          ? `${name} does not see ${list} of cell ${source.cell}`
          : `${name} collects nothing from cell ${source.cell}: ${list}`,
      remedy: remedyFor(targets, { otherwise: network }),
      // One that answers for itself, or was not asked here yet, may well be seen up in a moment.
      passing: silent.some(({ target, answers }) => target?.health === 'unknown' || answers),
    },
  ]
}

/** What was found wrong, or worth a warning; `passing` if it may still recover. */
export interface FederationFinding {
  readonly status: 'fail' | 'warn'
  readonly said: string
  readonly remedy: string
  readonly afterFailure?: string
  readonly passing: boolean
}

/** By the worst of them; undefined if there are none. */
export function verdictOf(findings: readonly FederationFinding[]): CheckVerdict | undefined {
  const worst = findings.find(({ status }) => status === 'fail') ?? findings[0]
  if (worst === undefined) return undefined
  const { status, remedy, afterFailure } = worst
  const alike = findings.filter(finding => finding.status === status)
  return {
    status,
    detail: listFirst([...new Set(alike.map(({ said }) => said))], 3),
    remedy,
    ...(afterFailure === undefined ? {} : { afterFailure }),
    settled: !alike.some(({ passing }) => passing),
  }
}
