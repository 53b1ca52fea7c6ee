/** What verify, status and the gate ask of the probers. */
import { grouped, remembered } from '../../src/diagnostic/grouped.ts'
import { listFirst } from '../../src/diagnostic/list-first.ts'
import { wayTo } from '../../src/topology/address/way.ts'
import type { CellTopology, Job } from '../../src/topology/model.ts'
import { api, query, type Target, type Vector } from '../../src/verify/answer/answers.ts'
import { loadedByMetrics } from '../../src/verify/answer/loaded.ts'
import { sample } from '../../src/verify/answer/metrics.ts'
import { remedyFor } from '../../src/verify/answer/scrape-errors.ts'
import { downReason, targetAt } from '../../src/verify/answer/targets.ts'
import { type CheckDefinition, type CheckVerdict, heard, isVerdict } from '../../src/verify/answer/view.ts'
import { programOf } from '../../src/verify/ask/programs.ts'
import { each, type NamedProgram, type Program, programQuestion } from '../../src/verify/ask/question.ts'
import { activePassiveIn, withActive } from '../../src/verify/checks/active-passive.ts'
import type { AskedCell, CellChecks, ComponentChecks, Identity } from '../../src/verify/checks/facet.ts'
import { byWay } from '../../src/verify/checks/there.ts'
import { builtBy, entryOf } from '../../src/verify/status-entry.ts'

const name = 'blackbox_exporter'

const identity: Identity<string> = {
  api: api.metrics,
  of: metrics => {
    const started = sample(metrics, 'process_start_time_seconds')
    const loaded = sample(metrics, `${name}_config_last_reload_success_timestamp_seconds`)
    // Two hosts that were booted together may have started it in the same hundredth of a second.
    return started === undefined ? undefined : `${started} ${loaded}`
  },
}

export const checks: ComponentChecks = {
  cellChecks,
  rows: cell =>
    withActive(
      activePassiveIn(cell, name, identity),
      programsIn(cell).map(program =>
        entryOf(cell.name, program, api.healthy, { api: api.metrics, of: builtBy(name) }),
      ),
    ),
  jobs: proberJobs,
  identity,
  loaded: loadedByMetrics(name),
}

function cellChecks({ whole, cell, replicas, chosen, selected }: AskedCell): CellChecks {
  const programs = programsIn(cell)
  if (selected(programs).length === 0) return {}
  return { across: [byWay(probesThere(cell, programs, replicas), whole, name, chosen.missing)] }
}

function programsIn({ probers }: CellTopology) {
  return probers.map(member => programOf(name, member))
}

/** The jobs that go through a prober. */
function proberJobs(cell: CellTopology): readonly Job[] {
  return cell.jobs.filter(({ metricsPath }) => metricsPath?.endsWith('/probe'))
}

/** `blackbox.probes`: every prober answers, and every replica has an outcome of each probe. A bad outcome is a warning. */
function probesThere(
  cell: CellTopology,
  probers: readonly Program[],
  replicas: readonly NamedProgram[],
): CheckDefinition {
  const jobs = proberJobs(cell)
  const isLed = wayTo(cell, 'blackbox_exporter') !== undefined
  const wanted = jobs.flatMap(job => job.targets.map(({ instance }) => ({ job: job.name, instance })))
  const healthy = each(probers, api.healthy)
  const asked = (wanted.length === 0 ? [] : replicas).map(replica => ({
    name: replica.name,
    needs: {
      targets: programQuestion(replica, api.targets),
      outcomes: programQuestion(replica, outcomes(jobs)),
    },
  }))
  return {
    id: 'blackbox.probes',
    target: cell.name,
    needs: [...healthy, ...asked.flatMap(({ needs }) => Object.values(needs))],
    judge(view) {
      const well = heard(view, { healthy })
      if (isVerdict(well)) return well
      const working = `${probers.length} ${probers.length === 1 ? 'prober' : 'probers'} well`
      if (wanted.length === 0 || replicas.length === 0)
        return { status: 'pass', detail: `no probes; ${working}` }
      const bad = new Set<string>()
      const lacking: Lacking[] = []
      for (const { name, needs } of asked) {
        const found = heard(view, needs)
        if (isVerdict(found)) return found
        for (const probe of wanted) {
          const seen = outcomeOf(probe, found.answers)
          if (typeof seen === 'object')
            lacking.push({ ...seen, said: `${probe.job} ${probe.instance} on ${name} (${seen.said})` })
          else if (!seen) bad.add(`${probe.job} ${probe.instance}`)
        }
      }
      return reportOf({ count: wanted.length, replicas, lacking, bad: [...bad], working, isLed })
    },
  }
}

/** The last outcome of each probe, also of those that are done more rarely than Prometheus looks back. */
function outcomes(jobs: readonly Job[]) {
  const names = jobs.map(({ name }) => name.replaceAll(/[^A-Za-z0-9_-]/g, '.')).join('|')
  return query(`last_over_time(probe_success{job=~${JSON.stringify(names)}}[1h])`)
}

/** Why there is no outcome, and the target if its scrape failed. */
interface Lacking {
  readonly said: string
  readonly target?: Target
}

/** Whether it succeeded, or why there is no outcome. */
function outcomeOf(
  { job, instance }: { readonly job: string; readonly instance: string },
  answers: { readonly targets: readonly Target[]; readonly outcomes: Vector },
): boolean | Lacking {
  const target = targetAt(answers.targets, job, instance)
  if (target?.health !== 'up') return target ? { said: downReason(target), target } : { said: 'not scraped' }
  const found = outcomesBy(answers.outcomes).get(`${job}\n${instance}`)?.[0]
  return found ? Number(found.value[1]) === 1 : { said: 'no probe_success' }
}

const indices = new WeakMap<Vector, ReadonlyMap<string, Vector>>()

/** By job and instance. Made once for each answer, which is searched for each probe. */
function outcomesBy(outcomes: Vector): ReadonlyMap<string, Vector> {
  return remembered(indices, outcomes, () =>
    grouped(outcomes, ({ metric }) => `${metric.job}\n${metric.instance}`),
  )
}

function reportOf(seen: {
  readonly count: number
  readonly replicas: readonly NamedProgram[]
  readonly lacking: readonly Lacking[]
  readonly bad: readonly string[]
  readonly working: string
  /** An address or HAProxy leads to the prober that is active. */
  readonly isLed: boolean
}): CheckVerdict {
  const { count, replicas, lacking, bad, working, isLed } = seen
  if (lacking.length > 0) {
    const targets = lacking.map(({ target }) => target)
    const otherwise = isLed
      ? 'See what leads to the probers, and whether the replicas reach it.'
      : 'See whether the replicas reach the prober.'
    return {
      status: 'fail',
      detail: `no outcome of ${listFirst(lacking.map(({ said }) => said))}`,
      remedy: remedyFor(targets, { otherwise }),
      settled: targets.every(target => target?.lasting),
    }
  }
  const probes = `${count} ${count === 1 ? 'probe' : 'probes'} on ${replicas.map(({ name }) => name).join(' and ')}`
  if (bad.length === 0) return { status: 'pass', detail: `${probes}, all succeed; ${working}` }
  return {
    status: 'warn',
    detail: `${probes}; ${bad.length === 1 ? 'fails' : 'fail'}: ${listFirst(bad)}; ${working}`,
    remedy: `Look at what is probed; /logs of the prober${isLed ? ' that is active' : ''} says what it met.`,
  }
}
