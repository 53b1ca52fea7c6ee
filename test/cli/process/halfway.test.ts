import assert from 'node:assert/strict'
import { watchStages } from '../../../src/cli/process/halfway.ts'
import type { Event, Stage } from '../../../src/engine/event.ts'

describe('what an end at once leaves', () => {
  const begin = (stage: Stage): Event => ({ type: 'stage-begin', stage })
  const end = (stage: Stage): Event => ({ type: 'stage-end', stage, elapsed: 1 })

  it('may be a half-way state only while hosts are being changed', () => {
    const passed: Event[] = []
    const { emit, isChanging } = watchStages(event => passed.push(event))
    const seen: boolean[] = []
    const events = [
      begin('probe'),
      end('probe'),
      begin('change'),
      end('change'),
      begin('removal'),
      begin('verify'),
    ]
    for (const event of [...events, end('removal')]) {
      emit(event)
      seen.push(isChanging())
    }
    assert.deepEqual(seen, [false, false, true, false, true, true, false])
    assert.equal(passed.length, seen.length)
  })
})
