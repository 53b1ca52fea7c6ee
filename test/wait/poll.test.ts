import assert from 'node:assert/strict'
import { type Clock, type Look, poll } from '../../src/wait/poll.ts'

/** A clock of which each pause takes as long as it says, and that keeps them. */
function madeUp(): { readonly clock: Clock; readonly pauses: number[] } {
  let now = 5_000
  const pauses: number[] = []
  const clock = {
    now: () => now,
    pause: async (milliseconds: number) => {
      pauses.push(Math.round(milliseconds))
      now += milliseconds
    },
  }
  return { clock, pauses }
}

describe('poll', () => {
  const { signal } = new AbortController()

  it('looks until a look ends it, at growing pauses, and tells how long it has been', async () => {
    const { clock, pauses } = madeUp()
    const elapsed: number[] = []
    const looks: Look<string>[] = [{}, {}, {}, { within: 7 }, { end: 'there' }]
    const found = await poll({ first: 100, longest: 150, signal, clock }, async since => {
      elapsed.push(Math.round(since))
      return looks.shift() ?? assert.fail('it was over')
    })
    assert.equal(found, 'there')
    assert.deepEqual(pauses, [100, 140, 150, 7])
    assert.deepEqual(elapsed, [0, 100, 240, 390, 397])
  })

  it('ends with nothing where nothing is to be said', async () => {
    const { clock, pauses } = madeUp()
    assert.equal(await poll({ first: 1, signal, clock }, async () => ({ end: undefined })), undefined)
    assert.deepEqual(pauses, [])
  })

  it('looks no more once the signal is aborted', async () => {
    const { clock, pauses } = madeUp()
    const ending = new AbortController()
    let looks = 0
    const found = await poll<string>({ first: 10, signal: ending.signal, clock }, async () => {
      looks += 1
      if (looks === 2) ending.abort()
      return looks > 2 ? { end: 'too late' } : {}
    })
    assert.equal(found, undefined)
    assert.deepEqual(pauses, [10, 10])
  })
})
