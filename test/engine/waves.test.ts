import assert from 'node:assert/strict'
import fc from 'fast-check'
import { stepsOf } from '../../src/engine/waves.ts'
import type { InstancePlan } from '../../src/plan/model.ts'
import type { Instance } from '../../src/resource/model.ts'

function plan(cell: string, host: string, wave: number, oneByOne: boolean, changes = 1): InstancePlan {
  const component = wave === 0 ? 'node_exporter' : wave === 1 ? 'alertmanager' : 'prometheus'
  const instance = { cell, host, component, wave, oneByOne } as Instance
  const change = { resource: `service:${component}.service`, action: 'start', reason: 'not running' } as const
  return { instance, component, changes: Array.from({ length: changes }, () => change), renewed: new Set() }
}

describe('waves', () => {
  it('take exporters at once, then Alertmanagers, then replicas, one by one', () => {
    const plans = [
      plan('eu', 'a', 0, false),
      plan('eu', 'a', 1, true),
      plan('eu', 'a', 2, true),
      plan('eu', 'b', 0, false),
      plan('eu', 'b', 1, true),
      plan('eu', 'b', 2, true),
    ]
    const told = stepsOf(plans).map(step =>
      step.plans.map(item => `${item.instance.host}/${item.component}`).join(' '),
    )
    assert.deepEqual(told, [
      'a/node_exporter b/node_exporter',
      'a/alertmanager',
      'b/alertmanager',
      'a/prometheus',
      'b/prometheus',
    ])
  })

  it('start what is stopped before they interrupt its twin', () => {
    const restart = {
      resource: 'service:prometheus.service',
      action: 'restart',
      reason: 'unit changes',
    } as const
    const plans = [{ ...plan('eu', 'a', 2, true), changes: [restart] }, plan('eu', 'b', 2, true)]
    assert.deepEqual(
      stepsOf(plans).map(step => step.plans[0]?.instance.host),
      ['b', 'a'],
    )
  })

  it('never hold two of a kind that goes one by one, and lose nothing that changes', () => {
    const any = fc.record({
      cell: fc.constantFrom('eu', 'us'),
      host: fc.constantFrom('a', 'b', 'c'),
      wave: fc.nat(2),
      changes: fc.nat(1),
    })
    fc.assert(
      fc.property(fc.array(any), all => {
        const plans = all.map(item => plan(item.cell, item.host, item.wave, item.wave > 0, item.changes))
        const steps = stepsOf(plans)
        for (const step of steps)
          assert.ok(step.plans.length === 1 || step.plans.every(item => !item.instance.oneByOne))
        const planned = steps.flatMap(step => step.plans)
        assert.deepEqual(new Set(planned), new Set(plans.filter(item => item.changes.length > 0)))
        for (const cell of ['eu', 'us']) {
          const waves = planned.filter(item => item.instance.cell === cell).map(item => item.instance.wave)
          assert.deepEqual(
            waves,
            [...waves].sort((a, b) => a - b),
          )
        }
      }),
    )
  })
})
