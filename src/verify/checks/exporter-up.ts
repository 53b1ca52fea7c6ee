/** Do the replicas see an exporter up? */
import { api, type Target } from '../answer/answers.ts'
import { remedyFor } from '../answer/scrape-errors.ts'
import { downReason, targetAt } from '../answer/targets.ts'
import { type CheckDefinition, type CheckVerdict, heard, isVerdict } from '../answer/view.ts'
import { each, type NamedProgram } from '../ask/question.ts'
import type { AskedCell } from './facet.ts'

/** The ready check of whatever only the replicas that scrape it speak for. */
export const exporterCheck = 'exporter.up'

/** What is known of the program behind a generated target. */
export interface TargetOwner {
  /** Chosen by --limit, --only and --skip. */
  readonly selected: boolean
  /** Its host cannot be reached, or its unit does not run. */
  readonly gone: boolean
  /** Never installed, because the run failed before: it counts for nothing. */
  readonly missing: boolean
}

/** A generated target that stands for an exporter. */
export interface ExporterTarget {
  /** As the check's target: `HOST/component`, or `CELL/component` where it is reached by an address that moves. */
  readonly target: string
  readonly host: string
  readonly job: string
  readonly instance: string
}

/** `exporter.up` of each that is installed. */
export function exportersUp(
  { replicas, owner, chosen }: AskedCell,
  exporters: readonly ExporterTarget[],
): readonly CheckDefinition[] {
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
  exporter: ExporterTarget,
  replicas: readonly NamedProgram[],
  why: string | undefined,
  gone: boolean,
): CheckDefinition {
  const needs = each(replicas, api.targets)
  return {
    id: exporterCheck,
    target: exporter.target,
    needs,
    judge(view): CheckVerdict {
      const up: string[] = []
      const down: { said: string; host: string; target: Target | undefined }[] = []
      const unseen: { said: string; retry: boolean; cause: CheckVerdict['cause'] }[] = []
      for (const targets of needs) {
        const { name, host } = targets.program
        const reply = heard(view, { targets })
        if (isVerdict(reply)) {
          const retry = reply.status === 'fail' && !reply.settled
          unseen.push({ said: `${name}: ${reply.detail}`, retry, cause: reply.cause })
          continue
        }
        const target = targetAt(reply.answers.targets, exporter.job, exporter.instance)
        const why = target ? downReason(target) : 'not scraped'
        if (target?.health === 'up') up.push(name)
        else down.push({ said: `on ${name} (${why})`, host, target })
      }
      const failed = down.map(({ target }) => target)
      if (down.length > 0) {
        const also = why === undefined ? '' : `; ${exporter.host} could not be reached: ${why}`
        return {
          status: 'fail',
          detail: `not up ${down.map(({ said }) => said).join(' and ')}${also}`,
          remedy: remedyFor(failed, { on: down.map(({ host }) => host) }),
          settled: gone || failed.every(target => target?.lasting),
          ...(why === undefined ? {} : { follows: true as const }),
        }
      }
      if (unseen.length > 0) {
        // That a replica cannot be asked is its own check's failure, not this exporter's.
        const seen = up.length > 0 ? `up on ${up.join(' and ')}; ` : ''
        const detail = `${seen}not seen by ${unseen.map(({ said }) => said).join('; ')}`
        const cause = unseen.find(one => one.cause)?.cause
        return {
          ...{ status: 'skip', detail, settled: !unseen.some(({ retry }) => retry) },
          ...(cause ? { cause } : {}),
        }
      }
      return { status: 'pass', detail: `up on ${up.join(' and ')}` }
    },
  }
}
