/** Whether a scheduler may repair what differs: only where that restores what a person last applied. Pure. */
import { type Problem, warning } from '../diagnostic/problem.ts'
import type { Instance } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import type { HostPlan, InstancePlan } from './model.ts'

/** One host as it was compared. */
export interface DriftView {
  readonly plan: HostPlan
  /** Absent where the host could not be observed; such a host says nothing against repairing the others. */
  readonly observed?: Observed
  /** What `all` of the stamp would be if the instance were applied now. */
  readonly all: (instance: Instance) => string
}

interface DriftVerdict {
  readonly repairable: boolean
  /** Warnings: why nothing is repaired. Empty where it may be. */
  readonly reasons: readonly Problem[]
}

const byPerson = 'look at `promha plan`; where it is what you want, run `promha apply`'

/**
 * Judges the whole selection at once: where one component is to become something that no run has applied and seen
 * confirmed, the inventory is another one (an old checkout, an edit that was not applied), and then nothing is repaired
 * anywhere. A change that is still unfinished does not count here: it is undone first, and then judged again.
 */
export function driftVerdict(views: readonly DriftView[]): DriftVerdict {
  const reasons = views.flatMap(({ plan, observed, all }) =>
    observed === undefined
      ? []
      : plan.instances.flatMap(item => {
          const why = objection(item, observed, all)
          return why === undefined ? [] : [reasonFor(item, plan.host, why)]
        }),
  )
  return { repairable: reasons.length === 0, reasons }
}

interface Objection {
  readonly what: string
  readonly remedy?: string
}

function reasonFor(item: InstancePlan, host: string, { what, remedy = byPerson }: Objection): Problem {
  return warning(`nothing is repaired: ${what}: an apply by a person decides`, {
    host,
    resource: `service:${item.instance.service.unit}`,
    remedy,
  })
}

/** Why this component must not be touched without a person; undefined where it may be restored. */
function objection(
  { instance, removed, backups, changes }: InstancePlan,
  observed: Observed,
  all: DriftView['all'],
): Objection | undefined {
  const { component, host } = instance
  const stamp = observed.stamps.get(component)
  if (instance.retired)
    return { what: `${component} has left the inventory and would be removed from ${host}` }
  if (!stamp) return { what: `promha has never seen ${component} confirmed on ${host}` }
  if (stamp.undone !== undefined) {
    const when = new Date(stamp.undone * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
    return {
      what: `the last change of ${component} on ${host} was undone (${when})`,
      remedy: 'find out why it failed; then run `promha apply`, which may try it again',
    }
  }
  if (isChanging(stamp) && !isUnfinished(observed, component))
    return { what: `a change of ${component} on ${host} was cut off and never confirmed` }
  if (stamp.all !== all(instance))
    return {
      what: `this inventory yields something else than what was last applied to ${host} (${component})`,
    }
  if (removed.length > 0) return { what: `${namesOf(removed)} would be removed from ${host}` }
  const adopted = changes.filter(change => change.action === 'adopt' || change.action === 'delete')
  if (adopted.length > 0)
    return {
      what: `${adopted.map(change => change.resource).join(', ')} on ${host} is not as promha left it`,
    }
  // What was found there and taken over is kept once more by a change, and is promha's all the same.
  const owned = new Set(stamp.owned.map(({ name }) => name))
  const strangers = backups.filter(path => !owned.has(path))
  if (strangers.length > 0)
    return { what: `${strangers.join(', ')} on ${host} is not promha's and would be replaced` }
  return undefined
}

function isChanging({ restart, reload }: { readonly restart: string; readonly reload: string }): boolean {
  return restart === 'changing' || reload === 'changing'
}

function isUnfinished(observed: Observed, component: string): boolean {
  return observed.unfinished.some(({ name, touched }) => name === component && touched)
}

function namesOf(removed: InstancePlan['removed']): string {
  return removed.map(({ name }) => name).join(', ')
}
