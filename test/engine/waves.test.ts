import assert from 'node:assert/strict'
import fc from 'fast-check'
import { rankIn, type StepOrder, stepsOf } from '../../src/engine/waves.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { planOf } from './plans.ts'

const kinds = ['node_exporter', 'alertmanager', 'prometheus'] as const
const plan = (host: string, wave: 0 | 1 | 2, rest: Parameters<typeof planOf>[2] = {}) =>
  planOf(host, kinds[wave], rest)

function told(plans: Parameters<typeof stepsOf>[0], order: StepOrder = {}): string[] {
  return stepsOf(plans, order).map(step =>
    step.plans.map(({ instance }) => `${instance.host}/${instance.component}`).join(' '),
  )
}

describe('waves', () => {
  it('take exporters at once, then Alertmanagers, then replicas, one by one', () => {
    const plans = (['a', 'b'] as const).flatMap(host => [plan(host, 0), plan(host, 1), plan(host, 2)])
    assert.deepEqual(told(plans), [
      'a/node_exporter b/node_exporter',
      'a/alertmanager',
      'b/alertmanager',
      'a/prometheus',
      'b/prometheus',
    ])
  })

  it('start what is stopped before they interrupt its twin', () => {
    const plans = [plan('a', 2, { action: 'restart' }), plan('b', 2, { action: 'start' })]
    assert.deepEqual(told(plans), ['b/prometheus', 'a/prometheus'])
  })

  it('take what runs and does not serve before what serves', () => {
    const plans = ['a', 'b', 'c'].map(host => plan(host, 2, { action: 'reload' }))
    const serves: StepOrder['serves'] = ({ host }) => host !== 'c'
    assert.deepEqual(told(plans, { serves }), ['c/prometheus', 'a/prometheus', 'b/prometheus'])
  })

  it('go by the order of the replicas, not by that of the hosts', () => {
    const member = (host: string) => ({ host })
    const cell = { replicas: [member('b'), member('a')], peers: [member('a'), member('b')] }
    const rank = rankIn(cell as unknown as CellTopology)
    const plans = ['a', 'b', 'c'].flatMap(host => [plan(host, 1), plan(host, 2)])
    assert.deepEqual(told(plans, { rank }), [
      'a/alertmanager',
      'b/alertmanager',
      'c/alertmanager',
      'b/prometheus',
      'a/prometheus',
      'c/prometheus',
    ])
  })

  it('let go what leaves after all that stays, what watches before what it watches', () => {
    const plans = [
      plan('old', 1, { retired: true, wave: 9 }),
      plan('old', 2, { retired: true, wave: 8 }),
      plan('new', 2),
    ]
    assert.deepEqual(told(plans), ['new/prometheus', 'old/prometheus', 'old/alertmanager'])
    const destroyed = [plan('x', 2), plan('y', 0, { retired: true, wave: -5 })]
    assert.deepEqual(told(destroyed), ['x/prometheus', 'y/node_exporter'])
  })

  it('never hold two of a kind that goes one by one, and lose nothing that changes', () => {
    const any = fc.record({
      host: fc.constantFrom('a', 'b', 'c'),
      wave: fc.constantFrom(0, 1, 2),
      action: fc.constantFrom('start', 'restart', 'reload', undefined),
      retired: fc.boolean(),
      up: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(any), all => {
        const up = new Set<unknown>()
        const plans = all.map(item => {
          const { host, wave, action, retired } = item
          const made = plan(host, wave as 0, { retired, ...(action ? { action } : { changes: [] }) })
          if (item.up) up.add(made.instance)
          return made
        })
        const steps = stepsOf(plans, { serves: instance => up.has(instance) })
        for (const step of steps)
          assert.ok(step.plans.length === 1 || step.plans.every(item => !item.instance.oneByOne))
        const planned = steps.flatMap(step => step.plans)
        assert.equal(planned.length, new Set(planned).size)
        assert.deepEqual(new Set(planned), new Set(plans.filter(item => item.changes.length > 0)))
        const leaving = planned.map(item => item.instance.retired === true)
        assert.deepEqual(leaving, [...leaving].sort())
        const waves = planned.filter(item => !item.instance.retired).map(item => item.instance.wave)
        assert.deepEqual(
          waves,
          [...waves].sort((a, b) => a - b),
        )
      }),
    )
  })
})
