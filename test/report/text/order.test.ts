import assert from 'node:assert/strict'
import type { Event } from '../../../src/engine/event.ts'
import { orderEvent } from '../../../src/engine/order/reasons.ts'
import { stepsOf } from '../../../src/engine/order/steps.ts'
import { plain } from '../../../src/report/style.ts'
import { orderText } from '../../../src/report/text/order.ts'
import { planOf } from '../../engine/plans.ts'
import { captured, outcome } from '../sample.ts'

const hosts = ['a', 'b', 'c', 'd', 'e', 'f']
const plans = [
  ...hosts.map(host => planOf(host, 'node_exporter')),
  ...['a', 'b'].flatMap(host => [planOf(host, 'alertmanager'), planOf(host, 'prometheus')]),
  planOf('c', 'prometheus', { action: 'stop', retired: true }),
]
const rank = ({ host }: { readonly host: string }) => hosts.indexOf(host)

function order(): Extract<Event, { type: 'order' }> {
  const event = orderEvent('eu', stepsOf(plans, { rank }))
  return event.type === 'order' ? event : assert.fail()
}

const expected = `Order of change in cell eu
  1. node_exporter on a, b, c, d and 2 more
     no other change has to come first
  2. alertmanager on a
     after node_exporter on a, b, c, d and 2 more: a faulty release must fail on an exporter before it can stop alerts
  3. alertmanager on b
     after alertmanager on a: one member is changed at a time
  4. prometheus on a
     after alertmanager on a, b: prometheus sends its alerts to alertmanager
  5. prometheus on b
     after prometheus on a: one member is changed at a time
  6. prometheus leaving on c
     after prometheus on a, b; alertmanager on a, b; node_exporter on a, b, c, d and 2 more: all that stays is in place before anything leaves`

describe('report/order', () => {
  it('tells why each step stands where it does, and of its reasons those that do not follow from others', () => {
    assert.equal(orderText([order()], plain), expected)
    assert.equal(orderText([{ cell: 'eu', steps: [] }], plain), '')
  })

  it('is told of a plan by -v only, after its changes, and never in the JSON document', async () => {
    for (const verbosity of ['normal', 'verbose'] as const) {
      const { reporter, out, err } = await captured({ verbosity })
      reporter.emit(order())
      await reporter.finish(outcome({ command: 'plan', result: 'differs', hosts: [] }))
      assert.equal(out().includes(expected), verbosity === 'verbose')
      assert.doesNotMatch(err(), /Order of change/)
    }
    const { reporter, out } = await captured({ verbosity: 'verbose', json: true })
    reporter.emit(order())
    await reporter.finish(outcome({ command: 'plan', result: 'differs', hosts: [] }))
    const without = await captured({ verbosity: 'verbose', json: true })
    await without.reporter.finish(outcome({ command: 'plan', result: 'differs', hosts: [] }))
    const keys = (text: string) => Object.keys(JSON.parse(text))
    assert.deepEqual(keys(out()), keys(without.out()))
  })

  it('is told of an apply before it begins a cell, and once', async () => {
    const { reporter, out, err } = await captured({ verbosity: 'verbose' })
    reporter.emit({ type: 'stage-begin', stage: 'change', total: 1, unit: 'programs' })
    reporter.emit(order())
    assert.ok(err().endsWith(`${expected}\n`))
    await reporter.finish(outcome({ hosts: [] }))
    assert.doesNotMatch(out(), /Order of change/)
  })
})
