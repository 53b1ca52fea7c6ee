/** Over random runs, the graph of the order has no circle and agrees with the order by groups. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { circleOf, stepsOf } from '../../../src/engine/order/steps.ts'
import type { InstancePlan } from '../../../src/plan/model.ts'
import { areGrouped, earlyPlans, groupedComponents, groupedSteps, staysShut } from '../support/groups.ts'
import { anyOrder, type Changes, randomChanges, randomMove, told } from '../support/random-changes.ts'

type Places = ReadonlyMap<InstancePlan, number>

function placesOf(steps: readonly { readonly plans: readonly InstancePlan[] }[]): Places {
  return new Map(steps.flatMap(({ plans }, at) => plans.map(plan => [plan, at] as const)))
}

/** What the groups move out of its usual place. */
interface Moved {
  /** See earlyPlans. */
  readonly early: ReadonlySet<InstancePlan>
  /** Firewalls that wait for what leaves their host, and for nothing else. */
  readonly shut: ReadonlySet<InstancePlan>
}

/** Whether the order of these two has a reason; without one, either may come first. */
function related(a: InstancePlan, b: InstancePlan, { early, shut }: Moved): boolean {
  if (shut.has(a) || shut.has(b)) {
    const other = shut.has(a) ? b : a
    return !shut.has(other) && other.instance.retired === true && a.instance.host === b.instance.host
  }
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

const exporters = ['node_exporter', 'pushgateway', 'blackbox_exporter']
const programs = ['prometheus', 'pushgateway', 'blackbox_exporter']

/** What each comes after, by the docs and not by the definitions. */
const predecessors: Readonly<Record<string, readonly string[]>> = {
  alertmanager: exporters,
  prometheus: [...exporters, 'alertmanager'],
  haproxy: programs,
  keepalived: [...programs, 'haproxy'],
}

function follows(a: InstancePlan, b: InstancePlan): boolean {
  // An exporter that leaves says nothing of an Alertmanager that leaves.
  if (a.component === 'alertmanager' && a.instance.retired) return false
  return predecessors[a.component]?.includes(b.component) === true
}

function isComplete({ plans, order }: Changes): void {
  assert.deepEqual(circleOf(plans), [])
  assert.deepEqual(new Set(placesOf(stepsOf(plans, order)).keys()), new Set(plans))
}

function agrees({ plans, order }: Changes): void {
  const steps = stepsOf(plans, order)
  const [now, before] = [placesOf(steps), placesOf(groupedSteps(plans, order))]
  const first = (places: Places, a: InstancePlan, b: InstancePlan) =>
    (places.get(a) ?? assert.fail()) < (places.get(b) ?? assert.fail())
  assert.deepEqual(new Set(now.keys()), new Set(before.keys()))
  for (const { plans: step, after } of steps) {
    for (const { plans: earlier, because } of after) {
      for (const a of earlier) {
        const b = step.find(one => first(before, a, one) && first(now, a, one))
        assert.ok(b, `${told(a)} is not before ${step.map(told)}: ${because}`)
      }
    }
  }
  const moved = { early: earlyPlans(plans), shut: new Set(plans.filter(plan => staysShut(plan, plans))) }
  for (const a of plans) {
    for (const b of plans) {
      if (a === b || !related(a, b, moved) || !first(before, a, b)) continue
      assert.ok(first(now, a, b), `${told(a)} was before ${told(b)}`)
    }
  }
}

describe('the order of change', function () {
  this.timeout(60_000)

  /** Fails if too few of the random runs could be compared to mean anything. */
  function holds(changes: fc.Arbitrary<Changes>, numRuns: number): void {
    let compared = 0
    fc.assert(
      fc.property(changes, one => {
        isComplete(one)
        if (!areGrouped(one.plans)) return
        agrees(one)
        compared += 1
      }),
      { numRuns },
    )
    assert.ok(compared >= numRuns / 2, `${compared} of ${numRuns} runs were compared`)
  }

  it('is without a circle whatever changes', () => {
    fc.assert(
      fc.property(randomChanges(anyOrder), changes => isComplete(changes)),
      { numRuns: Number(process.env.RUNS ?? 300) },
    )
  })

  it('is that of the groups wherever it has a reason, whatever changes', () => {
    holds(randomChanges(groupedComponents), Number(process.env.RUNS ?? 300))
  })

  it('is so on the way from any site to any other', () => {
    holds(randomMove, Number(process.env.RUNS ?? 60))
  })
})
