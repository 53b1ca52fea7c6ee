import assert from 'node:assert/strict'
import type { Event } from '../../src/engine/event.ts'
import { stage } from '../../src/engine/stage.ts'

describe('a stage', () => {
  it('is told from its begin to its end, with what is done so far and how long was waited', async () => {
    const events: Event[] = []
    const result = await stage(
      event => events.push(event),
      'push',
      async told => {
        told.advance(2)
        told.advance(0, 'slow')
        told.advance(3, 'mon-a')
        told.waited(Number.POSITIVE_INFINITY)
        return 'sent'
      },
      { total: 5, unit: 'bytes' },
    )
    assert.equal(result, 'sent')
    const end = events.pop()
    assert.deepEqual(events, [
      { type: 'stage-begin', stage: 'push', total: 5, unit: 'bytes' },
      { type: 'stage-progress', stage: 'push', done: 2 },
      { type: 'stage-progress', stage: 'push', done: 2, note: 'slow' },
      { type: 'stage-progress', stage: 'push', done: 5, note: 'mon-a' },
    ])
    assert.ok(end?.type === 'stage-end')
    // No more is waited than passes.
    assert.equal(end.waited, end.elapsed)
  })

  it('has no end if its work fails', async () => {
    const events: Event[] = []
    const failing = () => Promise.reject(new Error('cut off'))
    await assert.rejects(
      stage(event => events.push(event), 'lock', failing),
      /cut off/,
    )
    assert.deepEqual(events, [{ type: 'stage-begin', stage: 'lock' }])
  })
})
