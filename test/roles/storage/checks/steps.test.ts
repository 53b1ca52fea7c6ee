import assert from 'node:assert/strict'
import {
  allowedStep,
  doubled,
  longestStep,
  sampleSteps,
  timesOfAll,
} from '../../../../roles/storage/checks/steps.ts'

const window = { from: 10_000, now: 30_000, late: 3_000, interval: 2_000 }

describe('steps between samples', () => {
  it('count from the first sample on, if they end within the window', () => {
    assert.deepEqual(sampleSteps([1000, 9999, 12_000, 27_000], window), [
      { from: 9999, to: 12_000, length: 2001 },
      { from: 12_000, to: 27_000, length: 15_000 },
    ])
    assert.deepEqual(sampleSteps([28_000], window), [])
  })

  it('do not count before the other replica has had the time to fill them', () => {
    assert.deepEqual(sampleSteps([11_000, 27_001], window), [])
  })

  it('count what passed since the last sample only if that is too long', () => {
    assert.deepEqual(sampleSteps([25_000], window), [])
    assert.deepEqual(sampleSteps([24_999], window), [{ from: 24_999, length: 5001 }])
    assert.deepEqual(sampleSteps([], window), [])
  })

  it('have a longest one', () => {
    assert.deepEqual(longestStep(sampleSteps([11_000, 13_000, 18_000, 20_000, 27_000], window)), {
      ...{ from: 20_000, to: 27_000, length: 7000 },
    })
    assert.equal(longestStep([]), undefined)
  })

  it('are shorter over all members together', () => {
    assert.deepEqual(timesOfAll([[3, 1], [2, 3], [11]]), [1, 2, 3, 11])
  })

  it('may be two intervals long, and a tenth for late scrapes', () => {
    assert.equal(allowedStep(15_000), 33_000)
  })
})

describe('samples of one interval', () => {
  it('are doubled if two are in it, as a store counts intervals: up to its end, without its beginning', () => {
    assert.equal(doubled([2000, 4000, 6000], 2000), 0)
    assert.equal(doubled([2001, 4000, 4001, 6000], 2000), 2)
    assert.equal(doubled([1500, 2500, 3500, 5500], 2000), 1)
    assert.equal(doubled([], 2000), 0)
  })
})
