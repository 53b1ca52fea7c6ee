/** Members that are left unchanged because another one, which must run the same config, cannot be changed. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { atInstance } from '../../resource/model.ts'
import { cellNamed } from '../../topology/member/members.ts'
import { redundantMembers } from '../../topology/member/redundant.ts'
import type { LockedContext, RunContext } from '../context.ts'
import { memberProblem } from '../messages.ts'

/** Cells left unchanged as a whole, because a host that is ruled out has a member that must stay like the others; cell → host. */
export function heldCells({ hosts, prepared }: RunContext): ReadonlyMap<string, string> {
  const held = new Map<string, string>()
  for (const [host, { plan }] of [...hosts].filter(([, { result }]) => result?.status === 'failed')) {
    for (const { changes, component, instance } of plan) {
      const cell = cellNamed(prepared.topology, instance.cell)
      if (!cell || instance.retired || changes.length === 0 || held.has(cell.name)) continue
      const members = redundantMembers(cell, component)
      if (members.length > 1 && members.some(member => member.host === host)) held.set(cell.name, host)
    }
  }
  return held
}

/** The error for an instance whose peer cannot be changed: the peer's host is ruled out, or was given up before this component. */
export function unfitPeer(
  { hosts, prepared, progress }: LockedContext,
  { component, instance }: InstancePlan,
): Problem | undefined {
  if (!instance.oneByOne || instance.retired) return undefined
  const cell = cellNamed(prepared.topology, instance.cell)
  const members = new Set(cell ? redundantMembers(cell, component).map(member => member.host) : [])
  const left = (plan: InstancePlan) =>
    plan.component === component && plan.changes.length > 0 && !progress.results.has(plan)
  const [unfit] =
    [...hosts].find(
      ([host, { plan, result }]) =>
        members.has(host) &&
        (result?.status === 'failed' || (progress.abandoned.has(host) && plan.some(left))),
    ) ?? []
  return unfit ? memberProblem.peerUnfit(atInstance(instance), component, unfit) : undefined
}
