/** Do the probes run on every replica, whichever prober does them? */

import { few } from '../../src/diagnostic/few.ts'
import type { CellTopology, Job } from '../../src/topology/model.ts'
import { data, paths, type Target, type Vector } from '../../src/verify/answers.ts'
import { remedyFor } from '../../src/verify/scrape-errors.ts'
import { reason, targetAt, targetsOf } from '../../src/verify/targets.ts'
import {
  each,
  heard,
  isVerdict,
  type NamedProgram,
  type Program,
  type Question,
  type Verdict,
} from '../../src/verify/view.ts'

/** The jobs that go through a prober. */
export function probeJobs(cell: CellTopology): readonly Job[] {
  return cell.jobs.filter(({ metricsPath }) => metricsPath?.endsWith('/probe'))
}

/**
 * `blackbox.probes`: every prober answers, and every replica has an outcome of each probe. An outcome that is bad is the
 * user's to look at: a warning.
 */
export function probesThere(
  cell: CellTopology,
  probers: readonly Program[],
  replicas: readonly NamedProgram[],
): Question {
  const jobs = probeJobs(cell)
  const wanted = jobs.flatMap(job => job.targets.map(({ instance }) => ({ job: job.name, instance })))
  const healthy = each(probers, paths.healthy)
  const asked = replicas.map(replica => ({
    name: replica.name,
    needs: wanted.length === 0 ? [] : each([replica], paths.targets).concat(each([replica], outcomes(jobs))),
  }))
  return {
    id: 'blackbox.probes',
    target: cell.name,
    needs: [...healthy, ...asked.flatMap(({ needs }) => needs)],
    judge(view) {
      const well = heard(view, healthy)
      if (isVerdict(well)) return well
      const working = `${probers.length} ${probers.length === 1 ? 'prober' : 'probers'} well`
      if (wanted.length === 0 || replicas.length === 0)
        return { status: 'pass', detail: `no probes; ${working}` }
      const bad = new Set<string>()
      const lacking: Lacking[] = []
      for (const { name, needs } of asked) {
        const answers = heard(view, needs)
        if (isVerdict(answers)) return answers
        const [targets, results] = answers.bodies
        for (const probe of wanted) {
          const seen = outcomeOf(probe, targets, results)
          if (typeof seen === 'object')
            lacking.push({ ...seen, said: `${probe.job} ${probe.instance} on ${name} (${seen.said})` })
          else if (!seen) bad.add(`${probe.job} ${probe.instance}`)
        }
      }
      return told({ count: wanted.length, replicas, lacking, bad: [...bad], working })
    },
  }
}

/** The last outcome of each probe, also of those that are done more rarely than Prometheus looks back. */
function outcomes(jobs: readonly Job[]): string {
  const names = jobs.map(({ name }) => name.replaceAll(/[^A-Za-z0-9_-]/g, '.')).join('|')
  const query = `last_over_time(probe_success{job=~${JSON.stringify(names)}}[1h])`
  return `/api/v1/query?query=${encodeURIComponent(query)}`
}

/** Why there is no outcome, and the target where it was scraped in vain. */
interface Lacking {
  readonly said: string
  readonly target?: Target
}

/** Whether it succeeded, or why there is no outcome. */
function outcomeOf(
  { job, instance }: { readonly job: string; readonly instance: string },
  targets: unknown,
  results: unknown,
): boolean | Lacking {
  const target = targetAt(targetsOf(targets), job, instance)
  if (target?.health !== 'up') return target ? { said: reason(target), target } : { said: 'not scraped' }
  const found = data<Vector>(results).result.find(
    ({ metric }) => metric.job === job && metric.instance === instance,
  )
  return found ? Number(found.value[1]) === 1 : { said: 'no probe_success' }
}

function told(seen: {
  readonly count: number
  readonly replicas: readonly NamedProgram[]
  readonly lacking: readonly Lacking[]
  readonly bad: readonly string[]
  readonly working: string
}): Verdict {
  const { count, replicas, lacking, bad, working } = seen
  if (lacking.length > 0) {
    return {
      status: 'fail',
      detail: `no outcome of ${few(lacking.map(({ said }) => said))}`,
      remedy: remedyFor(
        lacking.map(({ target }) => target),
        { otherwise: 'See what leads to the probers, and whether the replicas reach it.' },
      ),
      settled: lacking.every(({ target }) => target?.lasting),
    }
  }
  const probes = `${count} ${count === 1 ? 'probe' : 'probes'} on ${replicas.map(({ name }) => name).join(' and ')}`
  if (bad.length === 0) return { status: 'pass', detail: `${probes}, all succeed; ${working}` }
  return {
    status: 'warn',
    detail: `${probes}; ${bad.length === 1 ? 'fails' : 'fail'}: ${few(bad)}; ${working}`,
    remedy: 'Look at what is probed; /logs of the prober that is active says what it met.',
  }
}
