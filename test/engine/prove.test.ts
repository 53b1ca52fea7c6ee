import assert from 'node:assert/strict'
import { patienceAfterFailure } from '../../src/engine/prove.ts'
import { inventory, labCell } from '../topology/sample.ts'

describe('the proof after a failure', () => {
  const cell = (interval?: string) => {
    const [one] = inventory([labCell()]).cells
    const prometheus = one?.prometheus ?? assert.fail()
    const global = interval === undefined ? {} : { scrape_interval: interval }
    return { prometheus: { ...prometheus, global } }
  }

  it('waits for two scrapes, and never longer than half a minute', () => {
    assert.equal(patienceAfterFailure([]), 10)
    assert.equal(patienceAfterFailure([cell('2s')]), 14)
    assert.equal(patienceAfterFailure([cell('2s'), cell('5s'), {}]), 20)
    assert.equal(patienceAfterFailure([cell('15s')]), 30)
    assert.equal(patienceAfterFailure([cell()]), 30)
  })
})
