/** The end of a run that changes hosts: what is left to do without locks, then the proof. */
import type { Instance } from '../../resource/model.ts'
import { addressesToOpen, type OpenAddress } from '../../topology/address/opened.ts'
import type { Check } from '../../verify/model.ts'
import type { RunOutcome } from '../api.ts'
import type { RunContext } from '../context.ts'
import { byName, type HostRun, hostStatus, madeOutcome } from '../host-run.ts'
import { notChecked, notInstalled } from '../session/not-installed.ts'
import type { Goal } from './goal.ts'
import { observeAgain, patienceAfterFailure, patienceFor, runChecks } from './run-checks.ts'

/** Seconds after a change that restarted nothing. */
const reloadPatience = 60

/** `changed`: something was to be changed. */
export async function finish(context: RunContext, goal: Goal, changed: boolean): Promise<RunOutcome> {
  const { request, prepared } = context
  const { emit, inventory, signal } = request
  const hosts = (await goal.afterwards?.(context)) ?? context.hosts
  const runs = [...hosts.values()]
  const outcome = (checks: readonly Check[]): RunOutcome => {
    return { hosts: runs.map(madeOutcome), checks, interrupted: signal.aborted }
  }
  if (signal.aborted || goal.destroys) return outcome([])
  const opened = changed ? { addresses: toOpen(context) } : {}
  const meant = runs.map(run => ({ ...run, desired: meantFor(run, prepared.instances) }))
  const now = await observeAgain(byName(meant))
  // A reload makes no program young, but gives it new targets to scrape and new rules to evaluate.
  const settling = Math.max(patienceFor(now), changed ? reloadPatience : 0)
  const undone = runs.filter(run => !['ok', 'changed'].includes(hostStatus(run)))
  // What was only left out for the sake of another host has nothing to be fixed.
  const causes = undone.filter(run => hostStatus(run) !== 'skipped')
  const failedOn = (causes.length > 0 ? causes : undone).map(({ host }) => host.name)
  const failed = failedOn.length > 0
  const patience = failed ? Math.min(settling, patienceAfterFailure(inventory.cells)) : settling
  const missing = failed ? notInstalled(hosts, now) : []
  const unchecked = notChecked(missing)
  if (unchecked) emit({ type: 'problem', problem: unchecked })
  const proven = withoutTargetsOfBack({ ...context, hosts: now })
  return { ...outcome(await runChecks(proven, patience, { changed, failedOn, missing })), ...opened }
}

/** Of each cell of which this run had a host. */
function toOpen({ prepared, hosts }: RunContext): readonly OpenAddress[] {
  const cells = prepared.topology.cells.filter(cell => cell.hosts.some(host => hosts.has(host)))
  return cells.flatMap(addressesToOpen)
}

/** Whose target files went back scrapes other targets of the user's than the inventory names; which is not known here. */
function withoutTargetsOfBack(context: RunContext): RunContext {
  const desired = [...context.hosts.values()].flatMap(run => run.desired)
  const back = new Set(desired.filter(one => one.back !== undefined).map(one => one.cell))
  if (back.size === 0) return context
  const { prepared } = context
  const cells = prepared.topology.cells.map(cell =>
    back.has(cell.name) ? { ...cell, fileTargets: [] } : cell,
  )
  return { ...context, prepared: { ...prepared, topology: { ...prepared.topology, cells } } }
}

/** What is proven is what the inventory says, but for what was to go back to an earlier state. */
function meantFor({ host, desired }: HostRun, all: readonly Instance[]): readonly Instance[] {
  const back = desired.filter(instance => instance.back !== undefined)
  const goesBack = ({ component }: Instance) => back.some(instance => instance.component === component)
  return [...all.filter(one => one.host === host.name && !goesBack(one)), ...back]
}
