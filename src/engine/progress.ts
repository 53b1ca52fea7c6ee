/** What became of each instance and host so far, and what that makes of a host as a whole. */
import { exporterOrder } from '../../roles/component.ts'
import { knownDefinition } from '../../roles/index.ts'
import type { Problem } from '../diagnostic/problem.ts'
import type { HostStatus, InstancePlan } from '../plan/model.ts'
import { atInstance, type Instance } from '../resource/model.ts'
import type { RunRequest } from './api.ts'
import { differs, type HostResult, type HostRun } from './host-run.ts'
import { memberProblem, orderProblem } from './messages.ts'

export interface Progress {
  /** What became of each instance that was begun. */
  readonly results: Map<InstancePlan, HostStatus>
  readonly problems: Map<string, Problem[]>
  /** Hosts on which nothing more is begun. */
  readonly abandoned: Set<string>
}

export function newProgress(): Progress {
  return { results: new Map(), problems: new Map(), abandoned: new Set() }
}

interface Told {
  readonly request: Pick<RunRequest, 'emit'>
  readonly progress: Progress
}

interface Failure {
  readonly status: 'failed' | 'rolled-back'
  readonly problems: readonly Problem[]
}

/** Gives the host up and tells why. */
export function fail(context: Told, host: string, problems: readonly Problem[]): void {
  context.progress.abandoned.add(host)
  tell(context, host, { status: 'failed', problems })
}

/** For a step: a component may spare its host once its change is undone. What leaves does not, since others may wait for it. */
export function failStep(
  context: Told,
  { component, host, retired }: Pick<Instance, 'component' | 'host' | 'retired'>,
  { status, problems, undone }: Failure & { readonly undone?: true },
): void {
  const { sparesHost = false } = knownDefinition(component)?.order ?? exporterOrder
  if (!sparesHost || !undone || retired) context.progress.abandoned.add(host)
  tell(context, host, { status, problems })
}

function tell({ progress, request }: Told, host: string, { status, problems }: Failure): void {
  note(progress, host, problems)
  request.emit({ type: 'host-failed', host, status, problems })
}

/** Told with the host's outcome at the end. */
export function note(progress: Progress, host: string, problems: readonly Problem[]): void {
  progress.problems.set(host, [...(progress.problems.get(host) ?? []), ...problems])
}

/** Members are no longer alike, because some were changed before this one failed; undefined where none was. `all`: of the cell. */
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
  const the = { what, component: failed.component, done: hosts(done), left: hosts(left) }
  return memberProblem.nowDiffers(atInstance(failed.instance), the)
}

/** What asks by an endpoint has its new config, and what leads there failed; undefined where that cannot be. `all`: of the cell. */
export function danglingEndpoint(
  progress: Progress,
  { component, instance }: InstancePlan,
  all: readonly InstancePlan[],
): Problem | undefined {
  const asking = knownDefinition(component)?.leadsTo
  if (asking === undefined) return undefined
  const changed = all.filter(plan => plan.component === asking && progress.results.get(plan) === 'changed')
  if (changed.length === 0) return undefined
  const { addresses, host } = instance
  const endpoint = addresses?.map(({ address }) => address).join(', ') ?? `a port of ${component} on ${host}`
  const hosts = changed.map(plan => plan.instance.host)
  return memberProblem.endpointDangles(atInstance(instance), { component, host, asking, endpoint }, hosts)
}

/** What became of the host as a whole, with the changes that were made. */
export function hostResult(run: HostRun, progress: Progress): HostResult {
  if (run.result) return run.result
  if (!differs(run)) return { status: 'ok', problems: [], made: [] }
  const { host, plan } = run
  const problems = progress.problems.get(host.name) ?? []
  const made = plan.filter(item => progress.results.get(item) === 'changed')
  const left = plan.filter(item => item.changes.length > 0 && !progress.results.has(item))
  const results = plan.flatMap(item => progress.results.get(item) ?? [])
  const status = statusOf(results, progress.abandoned.has(host.name), left.length > 0)
  if (status !== 'skipped' || problems.length > 0) return { status, problems, made }
  const components = left.map(item => item.component)
  const why = orderProblem.notBegun({ host: host.name }, components)
  return { status, problems: [why], made }
}

/** `given`: something on the host failed; `left`: something was to be changed and not begun. */
function statusOf(results: readonly HostStatus[], given: boolean, left: boolean): HostStatus {
  if (results.includes('rolled-back') && !results.includes('failed')) return 'rolled-back'
  if (given || results.includes('failed')) return 'failed'
  if (left) return 'skipped'
  return results.includes('changed') ? 'changed' : 'ok'
}
