/** What became of each instance and host so far, and what that makes of a host as a whole. */
import { knownDefinition } from '../../roles/index.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { HostPlan, HostStatus, InstancePlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import type { Emit } from './event.ts'

export interface Progress {
  /** What became of each instance that was begun. */
  readonly results: Map<InstancePlan, HostStatus>
  readonly problems: Map<string, Problem[]>
  /** Hosts on which nothing more is begun. */
  readonly given: Set<string>
}

export function newProgress(): Progress {
  return { results: new Map(), problems: new Map(), given: new Set() }
}

/** Gives the host up and tells why. */
export function fail(
  progress: Progress,
  emit: Emit,
  host: string,
  status: 'failed' | 'rolled-back',
  problems: readonly Problem[],
): void {
  progress.given.add(host)
  note(progress, host, problems)
  emit({ type: 'host-failed', host, status, problems })
}

/** Told with the host's outcome at the end. */
export function note(progress: Progress, host: string, problems: readonly Problem[]): void {
  progress.problems.set(host, [...(progress.problems.get(host) ?? []), ...problems])
}

/**
 * The problem that members which stand in for each other are not alike any more, since some were changed before this
 * one failed; undefined where none was. `all`: every plan of the cell.
 */
export function nowDiffers(
  progress: Progress,
  failed: InstancePlan,
  all: readonly InstancePlan[],
): Problem | undefined {
  if (!failed.instance.oneByOne || failed.instance.retired) return undefined
  const alike = all.filter(
    ({ component, instance, changes }) =>
      component === failed.component && !instance.retired && changes.length > 0,
  )
  const done = alike.filter(plan => progress.results.get(plan) === 'changed')
  if (done.length === 0) return undefined
  const left = alike.filter(plan => progress.results.get(plan) !== 'changed')
  const hosts = (plans: readonly InstancePlan[]) => plans.map(plan => plan.instance.host).join(', ')
  const what = knownDefinition(failed.component)?.together ?? 'pair'
  return error(
    `the ${what} now differs: ${failed.component} has the change on ${hosts(done)}, and not on ${hosts(left)}`,
    {
      host: failed.instance.host,
      resource: resourceId(failed.instance.service),
      detail: `What succeeded on ${hosts(done)} stays as it is.`,
      remedy: 'Fix what failed, then run the command again: it changes only what is left.',
    },
  )
}

/**
 * A warning where what leads to programs failed after what asks by it had changed: that keeps its new config, which may
 * ask where nothing leads yet; undefined where that cannot be. `all`: every plan of the cell.
 */
export function ledAstray(
  progress: Progress,
  { component, instance }: InstancePlan,
  all: readonly InstancePlan[],
): Problem | undefined {
  const asking = knownDefinition(component)?.leadsTo
  if (asking === undefined) return undefined
  const changed = all.filter(plan => plan.component === asking && progress.results.get(plan) === 'changed')
  if (changed.length === 0) return undefined
  const called = `${asking.charAt(0).toUpperCase()}${asking.slice(1)}`
  return warning(
    `${called} on ${changed.map(plan => plan.instance.host).join(', ')} has its new config, and ${component} not`,
    {
      host: instance.host,
      resource: resourceId(instance.service),
      detail: 'An address or port that this run was to change does not answer until then.',
      remedy: 'Fix what failed and run the command again soon, or go back with `promha rollback`.',
    },
  )
}

/** The changes that were made, and what became of the host as a whole. */
export function settle(plan: HostPlan, progress: Progress): HostPlan {
  // What the checks before any change have ruled out was not changed either.
  if (plan.status !== 'differs')
    return { ...plan, instances: plan.instances.map(instance => ({ ...instance, changes: [] })) }
  const problems = [...plan.problems, ...(progress.problems.get(plan.host) ?? [])]
  const results = plan.instances.flatMap(instance => progress.results.get(instance) ?? [])
  const made = plan.instances.map(instance =>
    progress.results.get(instance) === 'changed' ? instance : { ...instance, changes: [] },
  )
  const left = plan.instances.filter(item => item.changes.length > 0 && !progress.results.has(item))
  const status = statusOf(results, progress.given.has(plan.host), left.length > 0)
  if (status !== 'skipped' || problems.length > 0) return { ...plan, instances: made, problems, status }
  const components = left.map(item => item.component).join(', ')
  const why = warning(
    `${components} ${left.length === 1 ? 'was left as it is' : 'were left as they are'}: the run ended before that`,
    {
      host: plan.host,
      remedy: 'Fix what failed before it, then run the command again.',
    },
  )
  return { ...plan, instances: made, problems: [why], status }
}

/** `given`: something on the host failed; `left`: something was to be changed and not begun. */
function statusOf(results: readonly HostStatus[], given: boolean, left: boolean): HostStatus {
  if (results.includes('rolled-back') && !results.includes('failed')) return 'rolled-back'
  if (given) return 'failed'
  if (left) return 'skipped'
  return results.includes('changed') ? 'changed' : 'ok'
}
