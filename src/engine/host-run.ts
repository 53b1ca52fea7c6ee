/** One host of a run, from the login to what came of it. Values: each stage answers a new one. */
import type { Problem } from '../diagnostic/problem.ts'
import type { Host } from '../inventory/model.ts'
import type { HostStatus, InstancePlan } from '../plan/model.ts'
import type { Instance } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import type { Connection } from '../ssh/connection.ts'
import type { ComponentChanges, HostOutcome } from './api.ts'
import { guardHost } from './session/guard.ts'

export interface HostSession {
  /** Absent where the host could not be reached. */
  readonly connection?: Connection
  /** Absent where it could not be observed. */
  readonly observed?: Observed
}

export interface HostRun {
  readonly host: Host
  readonly session: HostSession
  /** What it is to have, as far as selected. */
  readonly desired: readonly Instance[]
  /** What would be done there and why; empty until it is compared. */
  readonly plan: readonly InstancePlan[]
  /** Absent until it is decided: nothing more is begun on a host that has one. */
  readonly result?: HostResult
}

export interface HostResult {
  readonly status: HostStatus
  readonly problems: readonly Problem[]
  /** The changes that were made. */
  readonly made: readonly ComponentChanges[]
}

export type HostRuns = ReadonlyMap<string, HostRun>

export function byName(runs: readonly HostRun[]): HostRuns {
  return new Map(runs.map(run => [run.host.name, run]))
}

/** Each host as the work leaves it, all at once. */
export async function mapHosts(hosts: HostRuns, work: (run: HostRun) => Promise<HostRun>): Promise<HostRuns> {
  return byName(await Promise.all([...hosts.values()].map(work)))
}

/** The host is ruled out before any change. What was wrong already stays. */
export function ruledOut(run: HostRun, problems: readonly Problem[]): HostRun {
  const status = run.session.connection ? 'failed' : 'unreachable'
  return { ...run, result: { status, problems: [...(run.result?.problems ?? []), ...problems], made: [] } }
}

/** Something is to be changed there. */
export function differs({ plan, result }: Pick<HostRun, 'plan' | 'result'>): boolean {
  return result === undefined && plan.some(({ changes }) => changes.length > 0)
}

/** What became of it, or where that is open, whether it differs. */
export function hostStatus(run: HostRun): HostStatus {
  return run.result?.status ?? (differs(run) ? 'differs' : 'ok')
}

/** What is to be changed, of all hosts on which something may be. */
export function changingPlans(hosts: HostRuns): readonly InstancePlan[] {
  return [...hosts.values()]
    .filter(differs)
    .flatMap(({ plan }) => plan.filter(({ changes }) => changes.length > 0))
}

export function hasUnfinished({ session: { observed } }: Pick<HostRun, 'session'>): boolean {
  return (observed?.unfinished.length ?? 0) > 0
}

/** A problem for each change that was begun and neither confirmed nor undone. */
export function begunChanges(
  hosts: HostRuns,
  problemOf: (where: Pick<Problem, 'host'>, name: string) => Problem,
): readonly Problem[] {
  return [...hosts].flatMap(([host, { session }]) =>
    (session.observed?.unfinished ?? []).flatMap(({ name, touched }) =>
      touched ? problemOf({ host }, name) : [],
    ),
  )
}

export function cellsOf({ desired }: Pick<HostRun, 'desired'>): readonly string[] {
  return [...new Set(desired.map(({ cell }) => cell))]
}

/** As it is told of a plan: what would be done. */
export function plannedOutcome(run: HostRun): HostOutcome {
  return outcome(run, run.plan)
}

/** As it is told of a run that has ended: what was done. */
export function madeOutcome(run: HostRun): HostOutcome {
  return outcome(run, run.result?.made ?? [])
}

function outcome(run: HostRun, instances: readonly ComponentChanges[]): HostOutcome {
  const { host, result } = run
  const problems = result?.problems ?? []
  return { host: host.name, cells: cellsOf(run), instances, problems, status: hostStatus(run) }
}

/** Each undecided host as the work leaves it; one whose work throws is ruled out. `what` follows "promha cannot". */
export async function eachHost(
  hosts: HostRuns,
  what: string,
  work: (run: HostRun) => HostRun | Promise<HostRun>,
): Promise<HostRuns> {
  return mapHosts(hosts, async run => {
    if (run.result) return run
    const { value, problems } = await guardHost(run.host.name, what, () => work(run))
    return problems === undefined ? value : ruledOut(run, problems)
  })
}
