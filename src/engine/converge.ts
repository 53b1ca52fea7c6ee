/** The one way by which hosts are changed: look, lock, look again, change step by step, prove. */
import { error, type Problem, throwErrors } from '../diagnostic/problem.ts'
import type { HostPlan } from '../plan/model.ts'
import type { Instance } from '../resource/model.ts'
import type { Check } from '../verify/model.ts'
import { acknowledgeUndone } from './acknowledge.ts'
import type { RunOutcome, RunRequest } from './api.ts'
import { bringAbout } from './apply.ts'
import { orderProblems } from './cells.ts'
import type { Desire } from './desire.ts'
import { examineHere, examineThere, tellUnfit } from './examine.ts'
import { type HostSession, probe, problemsOf } from './hosts.ts'
import { settle } from './leftovers.ts'
import { type Held, lockCells } from './lock-cells.ts'
import { apartWarnings } from './networks.ts'
import { notChecked, notInstalled } from './not-installed.ts'
import { observeAgain, patienceAfterFailure, patienceFor, prove } from './prove.ts'
import { rememberPrograms } from './remember.ts'
import { outageProblems } from './serving.ts'
import { type Compared, compare, type Survey, withSurvey } from './survey.ts'

/** Seconds after a change that started nothing anew. */
const reloadPatience = 60

/** Brings about what is desired and proves it. Rejects with a ProblemError for what is wrong before any change. */
export async function converge(request: RunRequest, desire: Desire): Promise<RunOutcome> {
  throwErrors(orderProblems(request))
  return withSurvey(request, true, async current => {
    const first = await look(current, current.sessions, desire, request)
    await current.prepared.artifacts.save()
    if (!hasWork(first)) {
      tellUnfit(first, request.emit)
      await rememberPrograms(first)
      if (desire.settles) await acknowledgeUndone(first)
      return finish(current, first, first.plans, request, desire)
    }
    const refused = desire.permit?.(first) ?? []
    if (refused.length > 0) return leave(first, refused, request)
    await examineHere(first, current, request)
    current.ahead.forget()
    const held = await lockCells(current, first, request)
    let compared: Compared
    let plans: readonly HostPlan[]
    try {
      // A member that is not selected may be in the middle of a change that was not finished.
      throwErrors((await Promise.all(held.outside.map(one => settle(one, held.run)))).flat())
      compared = await look(
        current,
        await lookAgain(first.sessions, held, request.deep),
        desire,
        request,
        true,
      )
      const late = desire.permit?.(compared) ?? []
      if (late.length > 0) return await leave(compared, late, request)
      compared = await examineThere(onlyHeld(compared, held), request)
      throwErrors(await outageProblems(current, compared, request))
      if (!desire.destroys)
        for (const problem of apartWarnings(current.prepared.topology.cells, compared))
          request.emit({ type: 'problem', problem })
      tellUnfit(compared, request.emit)
      plans = await bringAbout(current, compared, held, request)
      if (desire.settles) await acknowledgeUndone(compared)
    } finally {
      await held.release()
    }
    return finish(current, compared, plans, request, desire)
  })
}

async function look(
  current: Survey,
  sessions: readonly HostSession[],
  desire: Desire,
  { emit }: RunRequest,
  again = false,
): Promise<Compared> {
  const desired = await desire.of(current, sessions)
  // Both looks may find the same.
  for (const problem of desired.warnings) if (!again) emit({ type: 'problem', problem })
  const compared = await compare(current, desired.sessions)
  desire.demand?.(compared)
  return compared
}

/** Something differs, or an earlier run was cut off in the middle. */
function hasWork({ plans, sessions }: Compared): boolean {
  return (
    plans.some(plan => plan.status === 'differs') ||
    sessions.some(({ observed }) => (observed?.unfinished.length ?? 0) > 0)
  )
}

/** What was seen before the locks were held may have changed since; what was not finished is undone first. */
async function lookAgain(
  sessions: readonly HostSession[],
  held: Held,
  deep: boolean,
): Promise<readonly HostSession[]> {
  return Promise.all(
    sessions.map(async (session): Promise<HostSession> => {
      const { connection, host, instances, observed } = session
      if (!connection || !observed || session.problems.length > 0) return session
      const unlocked = held.unlockable.get(host.name)
      if (unlocked) return { ...session, problems: unlocked }
      // What was seen before the lock was waited for says nothing of what its holder left.
      const stuck = held.hosts.has(host.name) ? await settle(connection, held.run) : []
      if (stuck.length > 0) return { ...session, problems: stuck }
      try {
        const wanted = instances.filter(instance => !instance.retired)
        return { ...session, instances: wanted, observed: await probe(connection, wanted, deep) }
      } catch (failure) {
        return { ...session, problems: problemsOf(failure, host.name) }
      }
    }),
  )
}

/** What differs only since, on a host or in a cell that is not locked, is left to the next run. */
function onlyHeld(compared: Compared, { hosts, cells }: Held): Compared {
  const plans = compared.plans.map((plan): HostPlan => {
    const changing = plan.instances.filter(({ changes }) => changes.length > 0)
    const held = hosts.has(plan.host) && changing.every(({ instance }) => cells.has(instance.cell))
    if (plan.status !== 'differs' || held) return plan
    const late = error('it changed while this run waited for the locks, so nothing was done there', {
      host: plan.host,
      remedy: 'Run the command again.',
    })
    return { ...plan, status: 'skipped', problems: [...plan.problems, late] }
  })
  return { ...compared, plans }
}

/** Ends like a plan: what differs is told, and why it stays so. */
async function leave(
  { plans }: Compared,
  reasons: readonly Problem[],
  request: RunRequest,
): Promise<RunOutcome> {
  for (const problem of reasons) request.emit({ type: 'problem', problem })
  return { plan: { hosts: plans }, checks: [], interrupted: request.signal.aborted }
}

async function finish(
  current: Survey,
  { sessions, plans: wanted }: Compared,
  changedPlans: readonly HostPlan[],
  request: RunRequest,
  desire: Desire,
): Promise<RunOutcome> {
  const plans = (await desire.farewell?.(sessions, changedPlans)) ?? changedPlans
  const outcome = (checks: readonly Check[]): RunOutcome => ({
    plan: { hosts: plans },
    checks,
    interrupted: request.signal.aborted,
  })
  if (request.signal.aborted || desire.destroys) return outcome([])
  const changed = wanted.some(plan => plan.status === 'differs')
  const meant = sessions.map(session => ({
    ...session,
    instances: meantFor(session, current.prepared.instances),
  }))
  const now = await observeAgain(meant, plans)
  // A reload makes no program young, but gives it new targets to scrape and new rules to evaluate.
  const settling = Math.max(patienceFor(now), changed ? reloadPatience : 0)
  const undone = plans.filter(({ status }) => !['ok', 'changed'].includes(status))
  // What was only left out for the sake of another host has nothing to be fixed.
  const causes = undone.filter(({ status }) => status !== 'skipped')
  const failedOn = (causes.length > 0 ? causes : undone).map(({ host }) => host)
  const failed = failedOn.length > 0
  const patience = failed ? Math.min(settling, patienceAfterFailure(request.inventory.cells)) : settling
  const missing = failed ? notInstalled(sessions, now) : []
  const unchecked = notChecked(missing)
  if (unchecked) request.emit({ type: 'problem', problem: unchecked })
  const after = { changed, failedOn, missing }
  return outcome(await prove(withoutTargetsOfBack(current, now), now, request, patience, after))
}

/** Whose target files went back scrapes other targets of the user's than the inventory names; which is not known here. */
function withoutTargetsOfBack(current: Survey, sessions: readonly HostSession[]): Survey {
  const back = new Set(
    sessions.flatMap(({ instances }) => instances.filter(one => one.back !== undefined).map(one => one.cell)),
  )
  if (back.size === 0) return current
  const { prepared } = current
  const cells = prepared.topology.cells.map(cell =>
    back.has(cell.name) ? { ...cell, fileTargets: [] } : cell,
  )
  return { ...current, prepared: { ...prepared, topology: { ...prepared.topology, cells } } }
}

/** What is proven is what the inventory says, but for what was to go back to an earlier state. */
function meantFor({ host, instances }: HostSession, all: readonly Instance[]): readonly Instance[] {
  const back = instances.filter(instance => instance.back !== undefined)
  const others = all.filter(
    ({ host: name, component }) =>
      name === host.name && !back.some(instance => instance.component === component),
  )
  return [...others, ...back]
}
