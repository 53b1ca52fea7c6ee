/** Brings about a plan: programs pushed to all hosts at once, then step by step, each gated on the one before. */
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { createLimit } from '../limit.ts'
import type { HostPlan, HostStatus, InstancePlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import type { RunRequest } from './api.ts'
import type { Emit } from './event.ts'
import { push, type Shipment } from './push.ts'
import { archOf } from './releases.ts'
import { changeInstance, confirm, type StepContext } from './step.ts'
import type { Compared, Survey } from './survey.ts'
import { stepsOf } from './waves.ts'

interface Progress {
  /** What became of each instance that was begun. */
  readonly results: Map<InstancePlan, HostStatus>
  readonly problems: Map<string, Problem[]>
  /** Hosts on which nothing more is begun. */
  readonly given: Set<string>
}

/** Each host's plan with the changes that were made and its status. */
export async function bringAbout(
  survey: Survey,
  compared: Compared,
  request: RunRequest,
): Promise<readonly HostPlan[]> {
  const progress: Progress = { results: new Map(), problems: new Map(), given: new Set() }
  const ready = compared.plans.filter(plan => plan.status === 'differs')
  await pushPrograms(survey, compared, ready, request, progress)
  await changeAll(survey, compared, ready, request, progress)
  await rememberPrograms(survey, compared, progress, request.emit)
  return compared.plans.map(plan => settle(plan, progress))
}

function fail(
  progress: Progress,
  request: RunRequest,
  host: string,
  status: 'failed' | 'rolled-back',
  problems: readonly Problem[],
): void {
  progress.given.add(host)
  progress.problems.set(host, [...(progress.problems.get(host) ?? []), ...problems])
  request.emit({ type: 'host-failed', host, status, problems })
}

async function pushPrograms(
  survey: Survey,
  compared: Compared,
  plans: readonly HostPlan[],
  request: RunRequest,
  progress: Progress,
): Promise<void> {
  const shipments = await shipmentsFor(survey, compared, plans)
  if (shipments.length === 0) return
  const total = shipments.reduce((sum, shipment) => sum + shipment.compressed.size * shipment.hosts.length, 0)
  const began = performance.now()
  request.emit({ type: 'stage-begin', stage: 'push', total, unit: 'bytes' })
  let sent = 0
  await push(shipments, {
    signal: request.signal,
    onBytes: count => {
      sent += count
      request.emit({ type: 'stage-progress', stage: 'push', done: sent })
    },
    onFailed: (host, problems) => fail(progress, request, host, 'failed', problems),
  })
  request.emit({ type: 'stage-end', stage: 'push', elapsed: performance.now() - began })
}

async function shipmentsFor(
  survey: Survey,
  compared: Compared,
  plans: readonly HostPlan[],
): Promise<readonly Shipment[]> {
  const shipments = new Map<string, Shipment & { hosts: Shipment['hosts'][number][] }>()
  for (const plan of plans) {
    const session = compared.sessions.find(candidate => candidate.host.name === plan.host)
    if (!session?.connection || !session.observed) continue
    const arch = archOf(session.observed.machine, plan.host)
    for (const { instance, renewed } of plan.instances) {
      for (const resource of instance.resources) {
        if (resource.kind !== 'program' || !renewed.has(resourceId(resource))) continue
        const { release, file } = compared.releases.file(arch, resource)
        const key = `${file.sha256} ${file.path}`
        const known = shipments.get(key)
        if (known) known.hosts.push(session.connection)
        else {
          const compressed = await survey.prepared.artifacts.compressed(release, file)
          shipments.set(key, {
            sha256: file.sha256,
            path: file.path,
            compressed,
            hosts: [session.connection],
          })
        }
      }
    }
  }
  return [...shipments.values()]
}

async function changeAll(
  survey: Survey,
  compared: Compared,
  plans: readonly HostPlan[],
  request: RunRequest,
  progress: Progress,
): Promise<void> {
  const steps = stepsOf(plans.flatMap(plan => plan.instances))
  const total = steps.reduce((sum, step) => sum + step.plans.length, 0)
  if (total === 0) return
  const began = performance.now()
  let waited = 0
  request.emit({ type: 'stage-begin', stage: 'change', total, unit: 'programs' })
  const atOnce = createLimit(request.forks)
  for (const step of steps) {
    if (request.signal.aborted) break
    const open = step.plans.filter(plan => isOpen(plan, survey, compared, progress))
    const waits = await Promise.all(
      open.map(plan => atOnce(() => changeOne(plan, survey, compared, request, progress))),
    )
    waited += Math.max(0, ...waits)
    request.emit({ type: 'stage-progress', stage: 'change', done: progress.results.size })
    // What one replica does not bear, its twin is spared, and so is every cell that follows.
    if (step.gates && open.some(plan => progress.results.get(plan) !== 'changed')) break
  }
  request.emit({ type: 'stage-end', stage: 'change', elapsed: performance.now() - began, waited })
}

/** False, with the reason noted, where this one is not to be touched now. */
function isOpen(plan: InstancePlan, survey: Survey, compared: Compared, progress: Progress): boolean {
  const { host } = plan.instance
  if (progress.given.has(host)) return false
  const twin = interrupts(plan) ? missingTwin(plan, survey, compared, progress) : undefined
  if (twin === undefined) return true
  const held = error(`${plan.component} was not restarted: its twin on ${twin} failed or cannot be reached`, {
    host,
    resource: resourceId(plan.instance.service),
    detail: 'This one may be the only one that serves now.',
    remedy: `bring ${twin} back, then run again`,
  })
  progress.problems.set(host, [...(progress.problems.get(host) ?? []), held])
  return false
}

function interrupts(plan: InstancePlan): boolean {
  const service = resourceId(plan.instance.service)
  return (
    plan.instance.oneByOne &&
    plan.changes.some(change => change.resource === service && change.action === 'restart')
  )
}

/** A host that should run the same component of the same cell, and about which nothing good is known. */
function missingTwin(
  plan: InstancePlan,
  survey: Survey,
  compared: Compared,
  progress: Progress,
): string | undefined {
  const { cell, host, component } = plan.instance
  return survey.prepared.instances.find(twin => {
    if (twin.cell !== cell || twin.component !== component || twin.host === host) return false
    const status = compared.plans.find(candidate => candidate.host === twin.host)?.status
    return status === 'unreachable' || status === 'failed' || progress.given.has(twin.host)
  })?.host
}

/** Milliseconds that were spent waiting for the program. */
async function changeOne(
  plan: InstancePlan,
  survey: Survey,
  compared: Compared,
  request: RunRequest,
  progress: Progress,
): Promise<number> {
  const { host } = plan.instance
  const context = contextOf(host, survey, compared, request.emit)
  if (!context) return 0
  const result = await changeInstance(plan, context)
  progress.results.set(plan, result.status)
  if (result.status !== 'changed') {
    fail(progress, request, host, result.status, result.problems)
    return result.waited
  }
  for (const change of plan.changes)
    request.emit({ type: 'changed', host, component: plan.component, change })
  return result.waited
}

function contextOf(host: string, survey: Survey, compared: Compared, emit: Emit): StepContext | undefined {
  const session = compared.sessions.find(candidate => candidate.host.name === host)
  if (!session?.connection || !session.observed) return undefined
  return {
    connection: session.connection,
    observed: session.observed,
    arch: archOf(session.observed.machine, host),
    releases: compared.releases,
    ask: survey.ahead.ask,
    emit,
  }
}

/** Programs that were there already, but had to be hashed, are remembered, so that the next run need not. */
async function rememberPrograms(
  survey: Survey,
  compared: Compared,
  progress: Progress,
  emit: Emit,
): Promise<void> {
  const plans = compared.plans.flatMap(plan => plan.instances)
  await Promise.all(
    plans.map(async plan => {
      if (progress.results.has(plan) || plan.changes.length > 0) return
      const context = contextOf(plan.instance.host, survey, compared, emit)
      const hashed = plan.instance.resources.some(
        resource => resource.kind === 'program' && context?.observed.unremembered.has(resource.path),
      )
      // Only a convenience of the next run: its failure is that run's to notice.
      if (context && hashed) await confirm(plan.instance, context, false)
    }),
  )
}

/** The changes that were made, and what became of the host as a whole. */
function settle(plan: HostPlan, progress: Progress): HostPlan {
  if (plan.status !== 'differs') return plan
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
    `${components} ${left.length === 1 ? 'was' : 'were'} left as it is: the run ended before its turn`,
    {
      host: plan.host,
      remedy: 'run again, once what failed before it is mended',
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
