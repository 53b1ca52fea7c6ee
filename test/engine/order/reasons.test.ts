/** A plan and an apply tell their order if they are asked to, and refuse one that is impossible before any change. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { apply, plan } from '../../../src/engine/command/run.ts'
import { orderRules, type Rule } from '../../../src/topology/order/rules.ts'
import { type Fleet, startFleet } from '../support/fleet.ts'

describe('the order of a run', () => {
  let fleet: Fleet
  before(async () => {
    fleet = await startFleet()
  })
  after(() => fleet.close())

  for (const [name, run] of Object.entries({ plan, apply })) {
    it(`is told by ${name} only if it is asked for`, async () => {
      for (const explains of [true, false]) {
        const { request, events } = fleet.request(undefined, { explains })
        await run(request)
        const told = events.flatMap(event => (event.type === 'order' ? [event] : []))
        const groups = [{ component: 'node_exporter', hosts: ['mon-a', 'mon-b', 'app-c'], leaves: false }]
        const steps = [{ groups, after: [] }]
        assert.deepEqual(told, explains ? [{ type: 'order', cell: 'eu', steps }] : [])
      }
    })

    it(`is refused by ${name} before any change if the rules contradict each other`, async () => {
      const on =
        (wanted: string): Rule['before'] =>
        ({ host }) =>
          host === wanted
      const contradiction: readonly Rule[] = [
        { before: on('mon-a'), after: on('mon-b'), because: 'one' },
        { before: on('mon-b'), after: on('mon-a'), because: 'two' },
      ]
      const { request, asked } = fleet.request(undefined, { orderRules: [...orderRules, ...contradiction] })
      await assert.rejects(run(request), (thrown: unknown) => {
        assert.ok(thrown instanceof ProblemError)
        assert.deepEqual(
          thrown.problems.map(({ summary, detail }) => [summary, detail]),
          [
            [
              'cell eu: the changes wait for each other',
              [
                'No order of change satisfies all of these rules:',
                'node_exporter on mon-a before node_exporter on mon-b: one',
                'node_exporter on mon-b before node_exporter on mon-a: two',
              ].join('\n'),
            ],
          ],
        )
        return true
      })
      assert.ok(![...asked.values()].flat().includes('change'))
    })
  }
})
