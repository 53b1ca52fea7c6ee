/** The order of change: waves, and within a wave one by one or all at once. */
import type { InstancePlan } from '../plan/model.ts'

/** Steps one after another; what stands in one step may be changed at once. */
export interface Step {
  readonly cell: string
  readonly plans: readonly InstancePlan[]
  /** Where one of it fails, the cell's later steps are not begun. */
  readonly gates: boolean
}

/** What does not run comes first: its twin may be the only one that serves, and is not to be interrupted before. */
function urgency(plan: InstancePlan): number {
  return plan.changes.some(change => change.action === 'start') ? 0 : 1
}

/** Cells in the inventory's order, within each its waves; instances that need no change are left out. */
export function stepsOf(plans: readonly InstancePlan[]): readonly Step[] {
  const changing = plans.filter(plan => plan.changes.length > 0)
  const cells = [...new Set(changing.map(plan => plan.instance.cell))]
  return cells.flatMap(cell => {
    const own = changing.filter(plan => plan.instance.cell === cell)
    const waves = [...new Set(own.map(plan => plan.instance.wave))].sort((a, b) => a - b)
    return waves.flatMap((wave): Step[] => {
      const inWave = own.filter(plan => plan.instance.wave === wave)
      const serial = inWave.filter(plan => plan.instance.oneByOne).sort((a, b) => urgency(a) - urgency(b))
      const parallel = inWave.filter(plan => !plan.instance.oneByOne)
      return [
        ...(parallel.length > 0 ? [{ cell, plans: parallel, gates: false }] : []),
        ...serial.map(plan => ({ cell, plans: [plan], gates: true })),
      ]
    })
  })
}
