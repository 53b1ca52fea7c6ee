import assert from 'node:assert/strict'
import { observeAgain, patienceAfterFailure } from '../../../src/engine/command/run-checks.ts'
import { byName } from '../../../src/engine/host-run.ts'
import type { HostStatus } from '../../../src/plan/model.ts'
import { inventory, labCell } from '../../topology/sample.ts'
import { runOf } from '../runs.ts'

describe('the proof after a failure', () => {
  const [one = assert.fail()] = inventory([labCell()]).cells
  const { prometheus = assert.fail(), ...without } = one
  const cell = (interval?: string) => {
    const global = interval === undefined ? {} : { scrape_interval: interval }
    return { ...one, prometheus: { ...prometheus, global } }
  }

  it('does not take what ran before a change for what runs now, where the host cannot be looked at again', async () => {
    const before = { units: new Map([['x.service', { active: 'inactive' }]]) }
    const connection = { run: () => Promise.reject(new Error('no answer')) }
    const seen = async (status: HostStatus) => {
      const run = runOf('mon-a', { connection, observed: before, status })
      return (await observeAgain(byName([run]))).get('mon-a')?.session.observed?.units.size
    }
    assert.equal(await seen('ok'), 1)
    assert.equal(await seen('changed'), 0)
  })

  it('waits for two scrapes, and never longer than half a minute', () => {
    assert.equal(patienceAfterFailure([]), 10)
    assert.equal(patienceAfterFailure([cell('2s')]), 14)
    assert.equal(patienceAfterFailure([cell('2s'), cell('5s'), without]), 20)
    assert.equal(patienceAfterFailure([cell('15s')]), 30)
    assert.equal(patienceAfterFailure([cell()]), 30)
  })
})
