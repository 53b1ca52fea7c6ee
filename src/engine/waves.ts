/** The order of change within a cell: waves, within a wave one by one or all at once, and at last what leaves. */
import type { Component } from '../inventory/model.ts'
import type { InstancePlan } from '../plan/model.ts'
import type { Instance } from '../resource/model.ts'
import type { CellTopology, Member } from '../topology/model.ts'

/** Steps one after another; what stands in one step may be changed at once. */
export interface Step {
  readonly plans: readonly InstancePlan[]
  /** Where one of it fails, the cell's later steps are not begun. */
  readonly gates: boolean
}

export interface StepOrder {
  /** Whether it serves now; where that is not known, the plan is taken for it. */
  readonly serves?: (instance: Instance) => boolean
  /** Lower comes first among those that serve. */
  readonly rank?: (instance: Instance) => number
}

/** The steps of one cell, what leaves it last; instances that need no change are left out. */
export function stepsOf(plans: readonly InstancePlan[], order: StepOrder = {}): readonly Step[] {
  const changing = plans.filter(plan => plan.changes.length > 0)
  return [false, true].flatMap(leaving => {
    const own = changing.filter(plan => (plan.instance.retired ?? false) === leaving)
    const waves = [...new Set(own.map(plan => plan.instance.wave))].sort((a, b) => a - b)
    return waves.flatMap(wave =>
      stepsOfWave(
        own.filter(plan => plan.instance.wave === wave),
        order,
      ),
    )
  })
}

function stepsOfWave(plans: readonly InstancePlan[], order: StepOrder): readonly Step[] {
  const parallel = plans.filter(plan => !plan.instance.oneByOne)
  const serial = plans
    .filter(plan => plan.instance.oneByOne)
    .sort((a, b) => urgency(a, order) - urgency(b, order) || rank(a, order) - rank(b, order))
  return [
    ...(parallel.length > 0 ? [{ plans: parallel, gates: false }] : []),
    ...serial.map(plan => ({ plans: [plan], gates: true })),
  ]
}

/** What does not serve comes first: its twin may be the only one that does, and is not to be interrupted before. */
function urgency(plan: InstancePlan, { serves }: StepOrder): number {
  if (plan.changes.some(change => change.action === 'start')) return 0
  return serves === undefined || serves(plan.instance) ? 1 : 0
}

function rank(plan: InstancePlan, order: StepOrder): number {
  return order.rank?.(plan.instance) ?? 0
}

/** Replicas and peers in the order that the topology gives them; what is in neither comes last. */
export function rankIn(cell: CellTopology | undefined): (instance: Instance) => number {
  return instance => {
    const members = cell === undefined ? [] : membersOf(cell, instance.component)
    const at = members.findIndex(member => member.host === instance.host)
    return at < 0 ? members.length : at
  }
}

/** Those that stand in for each other; none of a component whose members do not. */
export function membersOf(cell: CellTopology, component: Component): readonly Member[] {
  if (component === 'prometheus') return cell.replicas
  return component === 'alertmanager' ? cell.peers : []
}
