/** A plan is kept as it was compared, and carried out only where the hosts and the inventory are still the same. */
import { throwErrors } from '../diagnostic/problem.ts'
import { type PlannedHost, type SavedPlan, savePlan } from '../plan/saved.ts'
import { stalePlanProblems } from '../plan/stale.ts'
import type { RunOutcome, RunRequest } from './api.ts'
import { converge } from './converge.ts'
import { byInventory } from './desire.ts'
import { archOf, hashesFor } from './releases.ts'
import type { Compared } from './survey.ts'

/** Does exactly what the plan says. Rejects with a ProblemError that names what has changed since. */
export function carryOut(request: RunRequest, saved: SavedPlan): Promise<RunOutcome> {
  const demand = (compared: Compared) => {
    throwErrors(stalePlanProblems(saved, savedPlan(compared, saved.inventory, request)))
  }
  return converge(request, { ...byInventory, demand })
}

/** `inventory`: as the user typed it. */
export function savedPlan(
  compared: Compared,
  inventory: string,
  { selection }: Pick<RunRequest, 'selection'>,
): SavedPlan {
  return savePlan({ inventory, selection, hosts: plannedHosts(compared) })
}

/** Each host's plan with what it was computed from. */
export function plannedHosts({ plans, sessions, releases }: Compared): readonly PlannedHost[] {
  return plans.map(plan => {
    const session = sessions.find(candidate => candidate.host.name === plan.host)
    const observed = session && session.problems.length === 0 ? session.observed : undefined
    if (!observed) return { plan }
    return { plan, observed, programHash: hashesFor(releases, archOf(observed.machine, plan.host)) }
  })
}
