/** Why each step stands where it does, as names. */
import { grouped } from '../../diagnostic/grouped.ts'
import type { InstancePlan } from '../../plan/model.ts'
import type { Event, StepGroup } from '../event.ts'
import type { Reason, Step } from './steps.ts'

/** The steps of one cell with their reasons. A reason that follows from the others of its step is left out. */
export function orderEvent(cell: string, steps: readonly Step[]): Event {
  const places = new Map(steps.flatMap(({ plans }, at) => plans.map(plan => [plan, at] as const)))
  const placeOf = (plan: InstancePlan) => places.get(plan) ?? 0
  const placesOf = ({ plans }: Reason) => [...new Set(plans.map(placeOf))]
  /** Of each step, all that have to come before it. */
  const earlier: ReadonlySet<number>[] = []
  return {
    type: 'order',
    cell,
    steps: steps.map(({ plans, after }) => {
      const before = after.flatMap(placesOf)
      const implied = new Set(before.flatMap(at => [...(earlier[at] ?? [])]))
      earlier.push(new Set([...before, ...implied]))
      const direct = after.filter(reason => placesOf(reason).some(at => !implied.has(at)))
      const reasons = direct.map(({ plans, because }) => ({ groups: groupsOf(plans, placeOf), because }))
      return { groups: groupsOf(plans, placeOf), after: reasons }
    }),
  }
}

/** Those of the latest step first. */
function groupsOf(
  plans: readonly InstancePlan[],
  placeOf: (plan: InstancePlan) => number,
): readonly StepGroup[] {
  const groups = grouped(plans, plan => `${plan.component} ${plan.instance.retired}`)
  const latest = (own: readonly InstancePlan[]) => Math.max(...own.map(placeOf))
  return [...groups.values()]
    .sort((a, b) => latest(b) - latest(a))
    .map(own => ({
      component: own[0]?.component ?? '',
      hosts: own.map(({ instance }) => instance.host),
      leaves: own[0]?.instance.retired === true,
    }))
}
