/** Who is spared a change because another member, which is to stay like it, cannot take that change. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { HostPlan, InstancePlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import type { Topology } from '../topology/model.ts'
import { cellNamed } from '../topology/named.ts'
import { standbysOf } from '../topology/standby.ts'
import type { Progress } from './progress.ts'
import type { Compared, Survey } from './survey.ts'

/**
 * The host that holds up a cell: one that has a replica or another such member to change, and was ruled out by what was
 * seen there before any change. Nothing of the cell is touched then, and nothing sent: what it would become is half a pair.
 */
export function holderOf(topology: Topology, plans: readonly HostPlan[], cell: string): string | undefined {
  const known = cellNamed(topology, cell)
  return plans.find(
    ({ host, instances, status }) =>
      status === 'failed' &&
      instances.some(
        ({ changes, component, instance }) =>
          known !== undefined &&
          instance.cell === cell &&
          !instance.retired &&
          changes.length > 0 &&
          standbysOf(known, component).some(
            (member, _, members) => member.host === host && members.length > 1,
          ),
      ),
  )?.host
}

/** The plans of which something is to change in a cell that no host holds up. */
export function withoutHeldCells(
  topology: Topology,
  plans: readonly HostPlan[],
  ready: readonly HostPlan[],
): readonly HostPlan[] {
  const cells = new Set(ready.flatMap(({ instances }) => instances.map(({ instance }) => instance.cell)))
  const held = new Set([...cells].filter(cell => holderOf(topology, plans, cell) !== undefined))
  if (held.size === 0) return ready
  return ready
    .map(plan => ({ ...plan, instances: plan.instances.filter(({ instance }) => !held.has(instance.cell)) }))
    .filter(({ instances }) => instances.some(({ changes }) => changes.length > 0))
}

/** Why nothing of a cell was changed on a host of it. */
export function heldBack(host: string, cell: string, unfit: string): Problem {
  return error(`nothing of cell ${cell} was changed because ${unfit} cannot be changed`, {
    host,
    detail: `${unfit} has a member of the cell that must stay like the others.`,
    remedy: remedyFor(unfit),
  })
}

/**
 * Where one of those that are to be alike cannot take the change, the others are spared it too: its host was ruled out
 * before any change, or was given up before it came to this component.
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
    `${component} was not changed because ${unfit.host} cannot be changed and both must stay alike`,
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
