/** Finds one host of one lab by their names. */
import { error, ProblemError } from '../diagnostic/problem.ts'
import { requireRoot } from './machine.ts'
import type { LabState, PlannedHost } from './model.ts'
import { readState } from './state.ts'

export interface HostOf {
  /** The lab's name. */
  readonly name: string
  readonly host: string
}

/** Throws a ProblemError that says which labs or hosts there are instead. */
export async function findHost(
  which: HostOf,
): Promise<{ readonly state: LabState; readonly host: PlannedHost }> {
  requireRoot()
  const state = await readState(which.name)
  const host = state?.hosts.find(candidate => candidate.name === which.host)
  if (state !== undefined && host !== undefined) return { state, host }
  throw new ProblemError([
    error(
      state === undefined
        ? `there is no lab "${which.name}"`
        : `the lab "${which.name}" has no host "${which.host}"`,
      {
        remedy:
          state === undefined
            ? `Make it with "promha lab up --name ${which.name}".`
            : `It has ${state.hosts.map(candidate => candidate.name).join(', ')}.`,
      },
    ),
  ])
}
