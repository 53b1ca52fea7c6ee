/** The one way by which hosts are changed: look, lock, look again, change step by step, prove. */
import { defined } from '../diagnostic/defined.ts'
import { type Problem, throwErrors } from '../diagnostic/problem.ts'
import type { RunOutcome, RunRequest } from './api.ts'
import { aloneProblems } from './availability/alone.ts'
import { outageProblems } from './availability/serving.ts'
import { followBacklogs } from './backlog/backlog.ts'
import { finish } from './command/finish.ts'
import type { Goal } from './command/goal.ts'
import type { LockedContext, RunContext } from './context.ts'
import {
  byName,
  changingPlans,
  differs,
  eachHost,
  type HostRun,
  hasUnfinished,
  plannedOutcome,
  ruledOut,
} from './host-run.ts'
import { lockCells } from './lock/lock-cells.ts'
import { orderProblem } from './messages.ts'
import { orderProblems } from './order/cells.ts'
import { apartWarnings } from './preflight/address/networks.ts'
import { preflightHere, preflightOnHosts, tellUnfit } from './preflight/stages.ts'
import { carryOutTrials } from './preflight/trials.ts'
import { newProgress } from './progress.ts'
import { rollOut } from './rollout/apply.ts'
import { cacheProgramHashes } from './rollout/confirm.ts'
import { clearUndone, recoverInterrupted } from './rollout/recover.ts'
import { compare } from './session/compare.ts'
import { probe } from './session/hosts.ts'
import { withSessions } from './session/open-sessions.ts'

/** Applies the goal and proves it. Rejects with a ProblemError for what is wrong before any change. */
export async function converge(request: RunRequest, goal: Goal): Promise<RunOutcome> {
  throwErrors(orderProblems(request))
  return withSessions(request, true, async opened => {
    const { compared, warnings } = await look(opened, goal)
    for (const problem of warnings) request.emit({ type: 'problem', problem })
    await opened.prepared.artifacts.save()
    const hasWork = [...compared.hosts.values()].some(run => differs(run) || hasUnfinished(run))
    if (!hasWork) {
      tellUnfit(compared)
      await cacheProgramHashes(compared)
      if (goal.clearsUndone) await clearUndone(compared)
      return finish(compared, goal, false)
    }
    const refused = goal.refusals?.(compared) ?? []
    if (refused.length > 0) return leave(compared, refused)
    await preflightHere(compared)
    compared.prefetch.forget()
    const locks = await lockCells(compared)
    const locked: LockedContext = { ...compared, locks, progress: newProgress() }
    const { context, changed, late } = await changeUnderLocks(locked, goal).finally(locks.release)
    return late.length > 0 ? leave(context, late) : finish(context, goal, changed)
  })
}

interface Changed {
  readonly context: LockedContext
  /** Something was to be changed. */
  readonly changed: boolean
  /** Why nothing was, though it was to be. */
  readonly late: readonly Problem[]
}

async function changeUnderLocks(locked: LockedContext, goal: Goal): Promise<Changed> {
  const { locks, prepared, request } = locked
  // A member that is not selected may be in the middle of a change that was not finished.
  throwErrors((await Promise.all(locks.outside.map(one => recoverInterrupted(one, locks.run)))).flat())
  // Both looks may find the same, so only the first one's warnings are told.
  const { compared } = await look(await lookAgain(locked), goal)
  const late = goal.refusals?.(compared) ?? []
  if (late.length > 0) return { context: compared, changed: false, late }
  const context = await preflightOnHosts(onlyHeld(compared))
  throwErrors(await outageProblems(context))
  throwErrors(await aloneProblems(context))
  if (goal.tries) await carryOutTrials(context)
  if (!goal.destroys)
    for (const problem of apartWarnings(prepared.topology.cells, context.hosts))
      request.emit({ type: 'problem', problem })
  tellUnfit(context)
  const changed = changingPlans(context.hosts).length > 0
  const backlogs = goal.keepsBacklogs ? followBacklogs(context) : undefined
  throwErrors((await backlogs?.first()) ?? [])
  const done = await rollOut({ ...context, ...defined({ backlogs }) })
  if (goal.clearsUndone) await clearUndone(done)
  return { context: done, changed, late }
}

async function look<T extends RunContext>(context: T, goal: Goal) {
  const { hosts, warnings } = await goal.desire(context)
  const compared = await compare({ ...context, hosts })
  goal.require?.(compared)
  return { compared, warnings }
}

/** What was seen before the locks were held may have changed since; what was not finished is undone first. */
async function lookAgain(context: LockedContext): Promise<LockedContext> {
  const { locks, request } = context
  const unplanned = byName([...context.hosts.values()].map(run => ({ ...run, plan: [] })))
  const hosts = await eachHost(unplanned, 'go on', async (run): Promise<HostRun> => {
    const { connection } = run.session
    if (!connection) return run
    const unlocked = locks.unlockable.get(run.host.name)
    if (unlocked) return ruledOut(run, unlocked)
    // What was seen before the lock was waited for says nothing of what its holder left.
    const stuck = locks.hosts.has(run.host.name) ? await recoverInterrupted(connection, locks.run) : []
    if (stuck.length > 0) return ruledOut(run, stuck)
    const desired = run.desired.filter(instance => !instance.retired)
    const observed = await probe(connection, desired, request.deep)
    return { ...run, desired, session: { connection, observed } }
  })
  return { ...context, hosts }
}

/** What differs only since, on a host or in a cell that is not locked, is left to the next run. */
function onlyHeld(context: LockedContext): LockedContext {
  const { hosts, cells } = context.locks
  const runs = [...context.hosts.values()].map((run): HostRun => {
    const { host, plan } = run
    const changing = plan.filter(({ changes }) => changes.length > 0)
    const held = hosts.has(host.name) && changing.every(({ instance }) => cells.has(instance.cell))
    if (!differs(run) || held) return run
    const late = orderProblem.changedMeanwhile({ host: host.name })
    return { ...run, result: { status: 'skipped', problems: [late], made: [] } }
  })
  return { ...context, hosts: byName(runs) }
}

/** Ends like a plan: what differs is told, and why it stays so. */
function leave({ hosts, request }: RunContext, reasons: readonly Problem[]): RunOutcome {
  for (const problem of reasons) request.emit({ type: 'problem', problem })
  const outcomes = [...hosts.values()].map(plannedOutcome)
  return { hosts: outcomes, checks: [], interrupted: request.signal.aborted }
}
