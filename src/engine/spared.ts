/** Members that are left unchanged because another one, which must run the same config, cannot be changed. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { HostPlan, InstancePlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import type { Topology } from '../topology/model.ts'
import { cellNamed } from '../topology/named.ts'
import { standbysOf } from '../topology/standby.ts'
import type { Progress } from './progress.ts'
import type { Compared, Survey } from './survey.ts'

/**
 * The cells that are left unchanged as a whole, each with the host that is the reason: before any change, something was
 * found there that rules it out, and it has a member to change that must stay like the cell's others. Otherwise only a
 * part of them would get the new config.
 */
export function heldCells(topology: Topology, plans: readonly HostPlan[]): ReadonlyMap<string, string> {
  const held = new Map<string, string>()
  for (const { host, instances } of plans.filter(({ status }) => status === 'failed')) {
    for (const { changes, component, instance } of instances) {
      const cell = cellNamed(topology, instance.cell)
      if (!cell || instance.retired || changes.length === 0 || held.has(cell.name)) continue
      const members = standbysOf(cell, component)
      if (members.length > 1 && members.some(member => member.host === host)) held.set(cell.name, host)
    }
  }
  return held
}

/** The plans with what changes outside of the held cells. */
export function withoutHeldCells(
  held: ReadonlyMap<string, string>,
  ready: readonly HostPlan[],
): readonly HostPlan[] {
  if (held.size === 0) return ready
  return ready
    .map(plan => ({ ...plan, instances: plan.instances.filter(({ instance }) => !held.has(instance.cell)) }))
    .filter(({ instances }) => instances.some(({ changes }) => changes.length > 0))
}

/** Tells a host of a held cell why nothing was changed there. */
export function heldBack(host: string, cell: string, unfit: string): Problem {
  return error(`nothing of cell ${cell} was changed because ${unfit} cannot be changed`, {
    host,
    detail: `${unfit} has a member of the cell that must run the same config as the others.`,
    remedy: remedyFor(unfit),
  })
}

/**
 * The error for an instance that is left unchanged because another member of its cell cannot be changed: that member's
 * host was ruled out before any change, or was given up before it came to this component. Undefined if there is none.
 */
export function unfitTwin(
  {
    survey,
    compared,
    progress,
  }: { readonly survey: Survey; readonly compared: Compared; readonly progress: Progress },
  { component, instance }: InstancePlan,
): Problem | undefined {
  if (!instance.oneByOne || instance.retired) return undefined
  const cell = cellNamed(survey.prepared.topology, instance.cell)
  const members = new Set(cell ? standbysOf(cell, component).map(member => member.host) : [])
  const left = (plan: InstancePlan) =>
    plan.component === component && plan.changes.length > 0 && !progress.results.has(plan)
  const unfit = compared.plans.find(
    ({ host, status, instances }) =>
      members.has(host) && (status === 'failed' || (progress.given.has(host) && instances.some(left))),
  )
  if (!unfit) return undefined
  return error(
    `${component} was not changed because ${unfit.host} cannot be changed and both must run the same config`,
    {
      host: instance.host,
      resource: resourceId(instance.service),
      remedy: remedyFor(unfit.host),
    },
  )
}

function remedyFor(unfit: string): string {
  return `Fix what is reported for ${unfit}, or leave it out with --limit '!${unfit}'.`
}
