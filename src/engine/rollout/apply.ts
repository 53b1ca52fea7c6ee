/** Carries out a plan: programs pushed to all hosts at once, then cell by cell and step by step, each gated on the one before. */
import { defined } from '../../diagnostic/defined.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { createLimit } from '../../limit.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { atInstance } from '../../resource/model.ts'
import { cellNamed } from '../../topology/member/members.ts'
import { redundantHosts } from '../../topology/member/redundant.ts'
import { notAlone } from '../availability/alone.ts'
import { baselineOf } from '../availability/baseline.ts'
import { outageNow } from '../availability/serving.ts'
import { heldCells, unfitPeer } from '../availability/spared.ts'
import type { LockedContext } from '../context.ts'
import { byName, changingPlans } from '../host-run.ts'
import { memberProblem } from '../messages.ts'
import { createHostTurns, inCellOrder } from '../order/cells.ts'
import { changesByCell, orderIn } from '../order/order.ts'
import { orderEvent } from '../order/reasons.ts'
import { installPackages, stayingPackages } from '../packages/packages.ts'
import { removePackages } from '../packages/removal.ts'
import { danglingEndpoint, fail, failStep, hostResult, note, nowDiffers } from '../progress.ts'
import { guardHost } from '../session/guard.ts'
import { type StageWork, stage } from '../stage.ts'
import { archOf } from '../transfer/releases.ts'
import { pushPrograms } from '../transfer/shipments.ts'
import { cacheProgramHashes } from './confirm.ts'
import { changeProblem } from './messages.ts'
import { changeInstance } from './step.ts'
import type { StepContext } from './step-context.ts'

interface Rollout extends LockedContext {
  /** Cells that are left unchanged, each with the host that is the reason. */
  readonly heldBackBy: ReadonlyMap<string, string>
  readonly onHost: ReturnType<typeof createHostTurns>
  readonly atOnce: ReturnType<typeof createLimit>
}

/** The run with each host's result: the changes that were made and its status. */
export async function rollOut(context: LockedContext): Promise<LockedContext> {
  const { hosts, prepared, progress, request } = context
  const heldBackBy = heldCells(context)
  const free = changingPlans(hosts).filter(({ instance }) => !heldBackBy.has(instance.cell))
  await installPackages(context, free)
  const fit = free.filter(({ instance }) => !progress.abandoned.has(instance.host))
  await pushPrograms(context, fit)
  const [onHost, atOnce] = [createHostTurns(), createLimit(request.forks)]
  await changeAll({ ...context, heldBackBy, onHost, atOnce }, changesByCell(prepared.topology, hosts))
  await removePackages(context)
  await cacheProgramHashes(context, progress.results)
  const done = [...hosts.values()].map(run => ({ ...run, result: hostResult(run, progress) }))
  return { ...context, hosts: byName(done) }
}

/** `cells`: what changes in each. */
async function changeAll(rollout: Rollout, cells: ReturnType<typeof changesByCell>): Promise<void> {
  const { emit, order, signal } = rollout.request
  if (cells.size === 0) return
  const after = new Map([...cells].map(([name, one]) => [name, one.after]))
  const change = (told: StageWork) =>
    inCellOrder(after, order, signal, cell => changeCell(rollout, cell, cells.get(cell)?.plans ?? [], told))
  const total = [...cells.values()].reduce((sum, { plans }) => sum + plans.length, 0)
  await stage(emit, 'change', change, { total, unit: 'programs' })
}

/** Whether nothing that was begun failed, and nothing was held. */
async function changeCell(
  rollout: Rollout,
  cell: string,
  plans: readonly InstancePlan[],
  told: StageWork,
): Promise<boolean> {
  const { request, progress } = rollout
  const unfit = rollout.heldBackBy.get(cell)
  if (unfit !== undefined) {
    for (const host of new Set(plans.map(({ instance }) => instance.host)))
      note(progress, host, [memberProblem.cellHeldBack({ host }, cell, unfit)])
    return false
  }
  const { steps, established } = await orderIn(rollout, cell, plans)
  if (request.explains) request.emit(orderEvent(cell, steps))
  let ok = true
  for (const step of steps) {
    if (request.signal.aborted) break
    const done = await Promise.all(
      step.plans.map(plan =>
        rollout.onHost(plan.instance.host, () =>
          rollout.atOnce(() => changeGuarded(rollout, plan, established.has(plan.component))),
        ),
      ),
    )
    told.waited(Math.max(0, ...done.map(item => item.waited)))
    told.advance(step.plans.filter(plan => progress.results.has(plan)).length)
    if (done.every(item => item.ok)) continue
    ok = false
    // What one replica does not bear, its twin is spared.
    if (!step.plans.some(({ instance }) => instance.oneByOne)) continue
    for (const plan of step.plans) {
      const differs = progress.results.has(plan) ? nowDiffers(progress, plan, plans) : undefined
      if (differs) note(progress, plan.instance.host, [differs])
      const astray = danglingEndpoint(progress, plan, plans)
      if (astray) note(progress, plan.instance.host, [astray])
    }
    break
  }
  return ok
}

interface Done {
  /** False where it failed, or was held back for want of another that serves. */
  readonly ok: boolean
  /** Milliseconds that were spent waiting for the program. */
  readonly waited: number
}

const untouched: Done = { ok: true, waited: 0 }

/** What was begun there and is not confirmed is undone by the host itself, or by the next run. */
async function changeGuarded(rollout: Rollout, plan: InstancePlan, established: boolean): Promise<Done> {
  const { host } = plan.instance
  const done = await guardHost(host, `change ${plan.component}`, () => changeOne(rollout, plan, established))
  if (done.problems === undefined) return done.value
  rollout.progress.results.set(plan, 'failed')
  fail(rollout, host, done.problems)
  return { ...untouched, ok: false }
}

async function changeOne(rollout: Rollout, plan: InstancePlan, established: boolean): Promise<Done> {
  const { request, progress } = rollout
  const { host } = plan.instance
  const context = contextOf(rollout, host)
  if (request.signal.aborted) return untouched
  // Its twin must not go ahead of it either.
  if (!context || progress.abandoned.has(host)) return { ...untouched, ok: false }
  const stopped =
    lostLock(rollout, plan) ??
    unfitPeer(rollout, plan) ??
    (await rollout.backlogs?.before(plan)) ??
    (await notAlone(rollout, plan)) ??
    // The wait may have been long.
    lostLock(rollout, plan) ??
    (request.allowOutage ? undefined : await outageNow(rollout, plan))
  if (request.signal.aborted) return untouched
  if (stopped) {
    note(progress, host, [stopped])
    return { ...untouched, ok: false }
  }
  const baseline = await baselineOf(rollout, plan, established, other => progress.results.has(other))
  const result = await changeInstance(plan, { ...context, baseline })
  progress.results.set(plan, result.status)
  if (result.status !== 'changed') {
    const problems = [...result.problems, ...stayingPackages(plan)]
    failStep(rollout, plan.instance, { ...result, status: result.status, problems })
    return { ok: false, waited: result.waited }
  }
  for (const change of plan.changes)
    request.emit({ type: 'changed', host, component: plan.component, change })
  return { ok: true, waited: result.waited }
}

/** Where the lock of a member is lost, somebody else may be changing its cell. */
function lostLock({ locks, prepared }: Rollout, { instance }: InstancePlan): Problem | undefined {
  const cell = cellNamed(prepared.topology, instance.cell)
  const members = new Set(cell ? redundantHosts(cell) : [])
  const lost = [...locks.lost].find(([host]) => members.has(host))
  if (!lost) return undefined
  return changeProblem.memberLockLost(atInstance(instance), instance.component, lost[0], lost[1].summary)
}

function contextOf(
  { hosts, locks, prefetch, prepared, releases, request }: Rollout,
  host: string,
): StepContext | undefined {
  const { connection, observed } = hosts.get(host)?.session ?? {}
  if (!connection || !observed) return undefined
  const { ask, askHost } = prefetch
  return {
    ...{ connection, observed, releases, ask, askHost, arch: archOf(observed.machine, host) },
    ...{ emit: request.emit, inventory: prepared.inventory, run: locks.run },
    ...defined({ clockOf: request.clockOf }),
  }
}
