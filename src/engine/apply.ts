/** Brings about a plan: programs pushed to all hosts at once, then cell by cell and step by step, each gated on the one before. */
import { addressMover } from '../../roles/index.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import { createLimit } from '../limit.ts'
import type { HostPlan, InstancePlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import { cellNamed } from '../topology/named.ts'
import { standbyHosts } from '../topology/standby.ts'
import { activeHosts } from './active.ts'
import type { RunRequest } from './api.ts'
import { baselineOf } from './baseline.ts'
import { createHostTurns, inCellOrder } from './cells.ts'
import { guardHost } from './guard.ts'
import { turnsOf } from './handover.ts'
import { keepersOf } from './keepers.ts'
import type { Held } from './lock-cells.ts'
import { removePackages } from './package-removal.ts'
import { installPackages, stayingPackages } from './packages.ts'
import { fail, ledAstray, newProgress, note, nowDiffers, type Progress, settle } from './progress.ts'
import { archOf } from './releases.ts'
import { rememberPrograms } from './remember.ts'
import { outageNow, servesBy } from './serving.ts'
import { pushPrograms } from './shipments.ts'
import { heldBack, heldCells, unfitTwin, withoutHeldCells } from './spared.ts'
import { type Scene, standings } from './standing.ts'
import { changeInstance, type StepContext } from './step.ts'
import type { Compared, Survey } from './survey.ts'
import { rankIn, type Step, stepsOf } from './waves.ts'

interface Work {
  readonly survey: Survey
  readonly compared: Compared
  readonly held: Held
  /** Cells that are left unchanged, each with the host that is the reason. */
  readonly heldBackBy: ReadonlyMap<string, string>
  readonly request: RunRequest
  readonly progress: Progress
  readonly onHost: ReturnType<typeof createHostTurns>
  readonly atOnce: ReturnType<typeof createLimit>
}

/** Each host's plan with the changes that were made and its status. `held`: the locks. */
export async function bringAbout(
  survey: Survey,
  compared: Compared,
  held: Held,
  request: RunRequest,
): Promise<readonly HostPlan[]> {
  const progress = newProgress()
  const ready = compared.plans.filter(plan => plan.status === 'differs')
  const heldBackBy = heldCells(survey.prepared.topology, compared.plans)
  const free = withoutHeldCells(heldBackBy, ready)
  await installPackages(survey, compared, free, held.run, request, progress)
  const fit = free.filter(plan => !progress.given.has(plan.host))
  await pushPrograms(survey, compared, fit, request, progress)
  const [onHost, atOnce] = [createHostTurns(), createLimit(request.forks)]
  const work: Work = { survey, compared, held, heldBackBy, request, progress, onHost, atOnce }
  await changeAll(
    work,
    ready.flatMap(plan => plan.instances).filter(plan => plan.changes.length > 0),
  )
  await removePackages(survey, compared, held.run, request, progress)
  await rememberPrograms(compared, progress.results)
  return compared.plans.map(plan => settle(plan, progress))
}

async function changeAll(work: Work, plans: readonly InstancePlan[]): Promise<void> {
  const { request } = work
  if (plans.length === 0) return
  const began = performance.now()
  let waited = 0
  request.emit({ type: 'stage-begin', stage: 'change', total: plans.length, unit: 'programs' })
  const changing = new Set(plans.map(plan => plan.instance.cell))
  const known = work.survey.prepared.topology.cells.map(cell => cell.name).filter(cell => changing.has(cell))
  const cells = [...new Set([...known, ...changing])]
  await inCellOrder(cells, request.order, request.signal, async cell => {
    const result = await changeCell(
      work,
      cell,
      plans.filter(plan => plan.instance.cell === cell),
    )
    waited += result.waited
    return result.bore
  })
  const elapsed = performance.now() - began
  request.emit({ type: 'stage-end', stage: 'change', elapsed, waited: Math.min(waited, elapsed) })
}

/** `bore`: nothing that was begun failed, and nothing was held. */
async function changeCell(
  work: Work,
  cell: string,
  plans: readonly InstancePlan[],
): Promise<{ readonly bore: boolean; readonly waited: number }> {
  const { survey, compared, request, progress } = work
  const unfit = work.heldBackBy.get(cell)
  if (unfit !== undefined) {
    for (const host of new Set(plans.map(({ instance }) => instance.host)))
      note(progress, host, [heldBack(host, cell, unfit)])
    return { bore: false, waited: 0 }
  }
  const scene = { survey, compared }
  const { steps, established } = await orderIn(scene, cell, plans)
  let waited = 0
  let bore = true
  for (const step of steps) {
    if (request.signal.aborted) break
    const done = await Promise.all(
      step.plans.map(plan =>
        work.onHost(plan.instance.host, () =>
          work.atOnce(() => changeGuarded(work, plan, established.has(plan.component))),
        ),
      ),
    )
    waited += Math.max(0, ...done.map(item => item.waited))
    request.emit({ type: 'stage-progress', stage: 'change', done: progress.results.size })
    if (done.every(item => item.bore)) continue
    bore = false
    // What one replica does not bear, its twin is spared.
    if (!step.gates) continue
    for (const plan of step.plans) {
      const differs = progress.results.has(plan) ? nowDiffers(progress, plan, plans) : undefined
      if (differs) note(progress, plan.instance.host, [differs])
      const astray = ledAstray(progress, plan, plans)
      if (astray) note(progress, plan.instance.host, [astray])
    }
    break
  }
  return { bore, waited }
}

/** The cell's steps, and the components of which a member serves before the first of them. */
async function orderIn(
  scene: Scene,
  cell: string,
  plans: readonly InstancePlan[],
): Promise<{ readonly steps: readonly Step[]; readonly established: ReadonlySet<string> }> {
  const doubled = new Set(plans.filter(plan => plan.instance.oneByOne).map(plan => plan.component))
  const seen = new Map(
    await Promise.all(
      [...doubled].map(async component => [component, await standings(scene, cell, component)] as const),
    ),
  )
  const topology = cellNamed(scene.survey.prepared.topology, cell)
  const serves = (host: string, component: InstancePlan['component']) =>
    servesBy(seen.get(component) ?? new Map())(host)
  const steps = stepsOf(plans, {
    serves: ({ host, component }) => serves(host, component),
    rank: rankIn(topology, await activeHosts(scene, cell, doubled)),
    turns: turnsOf(doubled.has(addressMover.name) ? await keepersOf(scene, cell) : []),
  })
  const established = [...seen].filter(([component, found]) =>
    [...found.keys()].some(host => serves(host, component)),
  )
  return { steps, established: new Set(established.map(([component]) => component)) }
}

interface Done {
  /** False where it failed, or was held back for want of another that serves. */
  readonly bore: boolean
  /** Milliseconds that were spent waiting for the program. */
  readonly waited: number
}

const untouched: Done = { bore: true, waited: 0 }

/** What was begun there and is not confirmed is undone by the host itself, or by the next run. */
async function changeGuarded(work: Work, plan: InstancePlan, established: boolean): Promise<Done> {
  const { host } = plan.instance
  const done = await guardHost(host, `change ${plan.component}`, () => changeOne(work, plan, established))
  if (done.problems === undefined) return done.value
  work.progress.results.set(plan, 'failed')
  fail(work.progress, work.request.emit, host, 'failed', done.problems)
  return { ...untouched, bore: false }
}

async function changeOne(work: Work, plan: InstancePlan, established: boolean): Promise<Done> {
  const { survey, compared, request, progress } = work
  const { host } = plan.instance
  const context = contextOf(work, host)
  if (request.signal.aborted) return untouched
  // Its twin must not go ahead of it either.
  if (!context || progress.given.has(host)) return { ...untouched, bore: false }
  const scene = { survey, compared }
  const stopped =
    lostLock(work, plan) ??
    unfitTwin(work, plan) ??
    (request.allowOutage ? undefined : await outageNow(scene, plan))
  if (stopped) {
    note(progress, host, [stopped])
    return { ...untouched, bore: false }
  }
  const baseline = await baselineOf(scene, plan, established, other => progress.results.has(other))
  const result = await changeInstance(plan, { ...context, baseline })
  progress.results.set(plan, result.status)
  if (result.status !== 'changed') {
    fail(progress, request.emit, host, result.status, [...result.problems, ...stayingPackages(plan)])
    return { bore: false, waited: result.waited }
  }
  for (const change of plan.changes)
    request.emit({ type: 'changed', host, component: plan.component, change })
  return { bore: true, waited: result.waited }
}

/** Where the lock of a member is lost, somebody else may be changing its cell. */
function lostLock({ survey, held }: Work, { instance }: InstancePlan): Problem | undefined {
  const cell = cellNamed(survey.prepared.topology, instance.cell)
  const members = new Set(cell ? standbyHosts(cell) : [])
  const lost = [...held.lost].find(([host]) => members.has(host))
  if (!lost) return undefined
  return error(`${instance.component} was not changed: the lock of ${lost[0]} was lost`, {
    host: instance.host,
    resource: resourceId(instance.service),
    detail: lost[1].summary,
    remedy: 'Check whether another run is active, then run the command again.',
  })
}

function contextOf({ survey, compared, held, request }: Work, host: string): StepContext | undefined {
  const session = compared.sessions.find(candidate => candidate.host.name === host)
  if (!session?.connection || !session.observed) return undefined
  return {
    connection: session.connection,
    observed: session.observed,
    arch: archOf(session.observed.machine, host),
    releases: compared.releases,
    ask: survey.ahead.ask,
    emit: request.emit,
    inventory: survey.prepared.inventory,
    run: held.run,
  }
}
