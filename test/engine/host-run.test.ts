import assert from 'node:assert/strict'
import {
  byName,
  changingPlans,
  eachHost,
  hostStatus,
  madeOutcome,
  plannedOutcome,
  ruledOut,
} from '../../src/engine/host-run.ts'
import { error } from '../support/problems.ts'
import { planOf } from './plans.ts'
import { runOf } from './runs.ts'

const plan = [planOf('mon-a', 'prometheus'), planOf('mon-a', 'node_exporter', { changes: [] })]
const open = runOf('mon-a', { connection: {}, plan })
const why = error('the disk is full')

describe('a host of a run', () => {
  it('differs until it has a result, and its plan is not the result', () => {
    assert.equal(hostStatus(open), 'differs')
    assert.equal(hostStatus(runOf('mon-a', { plan: plan.slice(1) })), 'ok')
    const out = ruledOut(open, [why])
    assert.equal(hostStatus(out), 'failed')
    assert.equal(out.plan, plan)
    assert.equal(hostStatus(ruledOut(runOf('mon-a'), [why])), 'unreachable')
    assert.deepEqual(changingPlans(byName([open, { ...out, host: { ...out.host, name: 'b' } }])), [plan[0]])
  })

  it('is told with its plan before a change, and with what was made after it', () => {
    const out = ruledOut(ruledOut(open, [why]), [error('and a port is taken')])
    assert.deepEqual(
      plannedOutcome(out).instances.map(({ changes }) => changes.length),
      [1, 0],
    )
    const { instances, problems, status } = madeOutcome(out)
    assert.deepEqual([instances, problems.length, status], [[], 2, 'failed'])
  })

  it('is ruled out alone if work on it throws, and no work is begun once it has a result', async () => {
    const begun: string[] = []
    const runs = byName([open, runOf('mon-b', { connection: {} }), runOf('mon-c', { status: 'skipped' })])
    const after = await eachHost(runs, 'look', run => {
      begun.push(run.host.name)
      if (run.host.name === 'mon-b') throw new TypeError('odd answer')
      return { ...run, plan: [] }
    })
    assert.deepEqual(begun, ['mon-a', 'mon-b'])
    assert.deepEqual([...after.values()].map(hostStatus), ['ok', 'failed', 'skipped'])
    assert.equal(after.get('mon-b')?.result?.problems[0]?.host, 'mon-b')
  })
})
