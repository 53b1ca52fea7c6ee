/** What the commands ask for. */
import { isError, type Problem, throwErrors } from '../../diagnostic/problem.ts'
import { driftReasons } from '../../plan/saved/drift.ts'
import { type ComparedHost, type SavedPlan, savePlan } from '../../plan/saved/saved.ts'
import { stalePlanProblems } from '../../plan/saved/stale.ts'
import type { StatusRow } from '../../verify/model.ts'
import { statusRows as askStatus } from '../../verify/status.ts'
import type { RunOutcome, RunRequest } from '../api.ts'
import { outageProblems } from '../availability/serving.ts'
import { foretellBacklogs } from '../backlog/backlog.ts'
import type { RunContext } from '../context.ts'
import { converge } from '../converge.ts'
import { begunChanges, hostStatus, madeOutcome, plannedOutcome } from '../host-run.ts'
import { tellOrder } from '../order/order.ts'
import { apartWarnings } from '../preflight/address/networks.ts'
import { preflightHere, preflightOnHosts, tellUnfit } from '../preflight/stages.ts'
import { compare } from '../session/compare.ts'
import { withoutUnit } from '../session/not-installed.ts'
import { withSessions } from '../session/open-sessions.ts'
import { archOf, hashesFor } from '../transfer/releases.ts'
import { byInventory } from './goal.ts'
import { unfinishedProblem } from './messages.ts'
import { patienceFor, runChecks, verifyInput } from './run-checks.ts'

/** Reads hosts, changes nothing. */
export async function plan(request: RunRequest): Promise<RunOutcome> {
  const warn = (problems: readonly Problem[]) => {
    for (const problem of problems) request.emit({ type: 'problem', problem })
  }
  return withSessions(request, false, async opened => {
    const { hosts, warnings } = await byInventory.desire(opened)
    warn([...warnings, ...begunChanges(hosts, unfinishedProblem.change)])
    const compared = await compare({ ...opened, hosts })
    await preflightHere(compared)
    const looked = await preflightOnHosts(compared)
    warn(apartWarnings(looked.prepared.topology.cells, looked.hosts))
    warn((await outageProblems(looked)).map(refusedLater))
    warn((await foretellBacklogs(looked)).map(one => (isError(one) ? refusedLater(one) : one)))
    await tellOrder(looked)
    tellUnfit(looked)
    await looked.prepared.artifacts.save()
    const outcomes = [...looked.hosts.values()].map(plannedOutcome)
    const saved = savedPlan(looked, request.file)
    return { hosts: outcomes, checks: [], interrupted: request.signal.aborted, saved }
  })
}

/** Converges, then proves it. With a saved plan: exactly that one; rejects with what has changed since. */
export async function apply(request: RunRequest, saved?: SavedPlan): Promise<RunOutcome> {
  if (saved === undefined) return converge(request, byInventory)
  return converge(request, {
    ...byInventory,
    require: context => throwErrors(stalePlanProblems(saved, savedPlan(context, saved.inventory))),
  })
}

/** A plan; with `fix` what drifted is put right, as far as it was ever applied and confirmed. */
export async function drift(request: RunRequest, fix: boolean): Promise<RunOutcome> {
  if (!fix) return plan(request)
  const refusals = (context: RunContext) => driftReasons(comparedHosts(context))
  return converge(request, { ...byInventory, clearsUndone: false, refusals })
}

/** Asks the running programs only. */
export async function verify(request: RunRequest): Promise<RunOutcome> {
  return withSessions(request, true, async context => {
    const { hosts } = context
    tellUnfinished(context)
    const checks = await runChecks(context, patienceFor(hosts), { missing: withoutUnit(hosts) })
    return { hosts: [...hosts.values()].map(madeOutcome), checks, interrupted: request.signal.aborted }
  })
}

/** One row for each component on each selected host. */
export async function status(request: RunRequest): Promise<readonly StatusRow[]> {
  return withSessions(request, false, context => {
    tellUnfinished(context)
    return askStatus(verifyInput(context, 0))
  })
}

/** As things stand now: by the time of an apply they may be better, or worse. */
function refusedLater(problem: Problem): Problem {
  return { ...problem, severity: 'warning', summary: `apply would refuse: ${problem.summary}` }
}

/** Nothing may differ and still something be left to do. */
function tellUnfinished({ hosts, request }: RunContext): void {
  for (const problem of begunChanges(hosts, unfinishedProblem.change))
    request.emit({ type: 'problem', problem })
}

/** `inventory`: as the user typed it. */
function savedPlan(context: RunContext, inventory: string): SavedPlan {
  return savePlan({ inventory, selection: context.request.selection, hosts: comparedHosts(context) })
}

/** Each host's plan with what it was computed from. */
function comparedHosts({ hosts, releases }: RunContext): readonly ComparedHost[] {
  return [...hosts].map(([host, run]) => {
    const { plan, session } = run
    const compared = { host, status: hostStatus(run), plan }
    const { observed } = session
    if (!observed || plan.length === 0) return compared
    return { ...compared, observed, programHash: hashesFor(releases, archOf(observed.machine, host)) }
  })
}
