/** Over random runs, the graph of the order has no circle and agrees with the order by groups. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { definitionOf } from '../../roles/index.ts'
import { circleOf, stepsOf } from '../../src/engine/steps.ts'
import type { InstancePlan } from '../../src/plan/model.ts'
import { earlyPlans, groupedSteps } from './support/groups.ts'
import { type Changes, randomChanges, randomMove, told } from './support/random-changes.ts'

type Places = ReadonlyMap<InstancePlan, number>

function placesOf(steps: readonly { readonly plans: readonly InstancePlan[] }[]): Places {
  return new Map(steps.flatMap(({ plans }, at) => plans.map(plan => [plan, at] as const)))
}

/** Whether the order of these two has a reason; without one, either may come first. `early`: see earlyPlans. */
function related(a: InstancePlan, b: InstancePlan, early: ReadonlySet<InstancePlan>): boolean {
  const both = (component: string) => a.component === component && b.component === component
  const one = (component: string) => a.component === component || b.component === component
  // What makes room goes ahead of all because Prometheus waits for it, or the firewall of a host that it leaves.
  if (early.has(a) !== early.has(b)) {
    const leaves = [a, b].some(({ component, instance }) => component === 'haproxy' && instance.retired)
    const waits = one('prometheus') || (one('firewall') && leaves)
    return one('haproxy') && waits && a.instance.host === b.instance.host
  }
  if (both('firewall')) return false
  const starts = [a, b].some(({ changes }) => changes.some(({ action }) => action === 'start'))
  if (a.instance.retired !== b.instance.retired) return starts || !early.has(a)
  return both(a.component) || one('firewall') || follows(a, b) || follows(b, a)
}

function follows(a: InstancePlan, b: InstancePlan): boolean {
  const { order } = definitionOf(a.component)
  return order.follows?.some(({ what }) => what.includes(b.component)) === true
}

function agrees({ plans, order }: Changes): void {
  const steps = stepsOf(plans, order)
  const [now, before] = [placesOf(steps), placesOf(groupedSteps(plans, order))]
  const first = (places: Places, a: InstancePlan, b: InstancePlan) =>
    (places.get(a) ?? assert.fail()) < (places.get(b) ?? assert.fail())
  assert.deepEqual(new Set(now.keys()), new Set(before.keys()))
  assert.deepEqual(circleOf(plans), [])
  for (const { plans: step, after } of steps) {
    for (const { plans: earlier, because } of after) {
      for (const a of earlier) {
        const b = step.find(one => first(before, a, one) && first(now, a, one))
        assert.ok(b, `${told(a)} is not before ${step.map(told)}: ${because}`)
      }
    }
  }
  const early = earlyPlans(plans)
  for (const a of plans) {
    for (const b of plans) {
      if (a === b || !related(a, b, early) || !first(before, a, b)) continue
      assert.ok(first(now, a, b), `${told(a)} was before ${told(b)}`)
    }
  }
}

describe('the order of change', function () {
  this.timeout(60_000)

  it('is without a circle, and that of the groups wherever it has a reason, whatever changes', () => {
    fc.assert(
      fc.property(randomChanges, changes => agrees(changes)),
      { numRuns: Number(process.env.RUNS ?? 300) },
    )
  })

  it('is so on the way from any site to any other', () => {
    fc.assert(
      fc.property(randomMove, changes => agrees(changes)),
      { numRuns: Number(process.env.RUNS ?? 60) },
    )
  })
})
