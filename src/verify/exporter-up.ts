/** Do the replicas see an exporter up? */
import { paths, type Target } from './answers.ts'
import type { AskedCell } from './facet.ts'
import { remedyFor } from './scrape-errors.ts'
import { reason, targetAt, targetsOf } from './targets.ts'
import { each, heard, isVerdict, type NamedProgram, type Question, type Verdict } from './view.ts'

/** The ready check of whatever only the replicas that scrape it speak for. */
export const exporterCheck = 'exporter.up'

/** What is known of the program behind a generated target. */
export interface Owner {
  /** Chosen by --limit, --only and --skip. */
  readonly selected: boolean
  /** Its host cannot be reached, or its unit does not run. */
  readonly gone: boolean
  /** Never installed, because the run failed before: it counts for nothing. */
  readonly missing: boolean
}

/** A generated target that stands for an exporter. */
export interface Exporter {
  /** As the check's target: `HOST/component`, or `CELL/component` where it is reached by an address that moves. */
  readonly target: string
  readonly host: string
  readonly job: string
  readonly instance: string
}

/** `exporter.up` of each that is installed. */
export function exportersUp(
  { replicas, owner, chosen }: AskedCell,
  exporters: readonly Exporter[],
): readonly Question[] {
  if (replicas.length === 0) return []
  return exporters
    .map(exporter => ({ exporter, owner: owner(exporter.instance, exporter.job) }))
    .filter(({ owner: { missing } }) => !missing)
    .map(({ exporter, owner: { gone } }) =>
      exporterUp(exporter, replicas, chosen.unreachable.get(exporter.host), gone),
    )
}

/** `exporter.up`: the exporter is up on every replica, which alone prove that they reach it. */
function exporterUp(
  exporter: Exporter,
  replicas: readonly NamedProgram[],
  why: string | undefined,
  gone: boolean,
): Question {
  const needs = each(replicas, paths.targets)
  return {
    id: exporterCheck,
    target: exporter.target,
    needs,
    judge(view): Verdict {
      const up: string[] = []
      const down: string[] = []
      const failed: (Target | undefined)[] = []
      const seers: string[] = []
      const unseen: { said: string; retry: boolean }[] = []
      for (const [index, { name, host }] of replicas.entries()) {
        const reply = heard(view, needs.slice(index, index + 1))
        if (isVerdict(reply)) {
          unseen.push({ said: `${name}: ${reply.detail}`, retry: reply.status === 'fail' && !reply.settled })
          continue
        }
        const target = targetAt(targetsOf(reply.bodies[0]), exporter.job, exporter.instance)
        if (target?.health === 'up') {
          up.push(name)
          continue
        }
        failed.push(target)
        seers.push(host)
        down.push(`on ${name} (${target ? reason(target) : 'not scraped'})`)
      }
      if (down.length > 0) {
        const also = why === undefined ? '' : `; ${exporter.host} could not be reached: ${why}`
        return {
          status: 'fail',
          detail: `not up ${down.join(' and ')}${also}`,
          remedy: remedyFor(failed, { on: seers }),
          settled: gone || failed.every(target => target?.lasting),
        }
      }
      if (unseen.length > 0) {
        // That a replica cannot be asked is its own check's failure, not this exporter's.
        const seen = up.length > 0 ? `up on ${up.join(' and ')}; ` : ''
        const detail = `${seen}not seen by ${unseen.map(({ said }) => said).join('; ')}`
        return { status: 'skip', detail, settled: !unseen.some(({ retry }) => retry) }
      }
      return { status: 'pass', detail: `up on ${up.join(' and ')}` }
    },
  }
}
