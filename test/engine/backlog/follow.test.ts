import assert from 'node:assert/strict'
import { type Followed, followQueue, hasSentSince } from '../../../src/engine/backlog/follow.ts'
import { queueSaying, type Said } from './queues.ts'

type Seen = readonly [seconds: number, said: Said]

/** Looks at one queue, each of so many seconds after the first: what became of it at the last one. */
function followed(...looks: readonly Seen[]): Followed {
  const found = looks.reduce<Followed | undefined>((before, [seconds, said]) => {
    const { queue, newest, since } = queueSaying(said, seconds)
    return followQueue(before, queue, { newest, since }, seconds * 1000)
  }, undefined)
  assert.ok(found)
  return found
}
const state = (...looks: readonly Seen[]) => followed(...looks).state

describe('a queue over several looks', () => {
  it('is caught up once it has sent more, with nothing refused, and is ten seconds behind at most', () => {
    assert.equal(state([0, { lag: 2 }]), 'behind')
    assert.equal(state([0, { lag: 2 }], [5, { lag: 2 }]), 'caught up')
    assert.equal(state([0, { lag: 2 }], [5, { lag: 7 }]), 'behind')
    assert.equal(state([0, { lag: 2 }], [15, { lag: 10 }]), 'caught up')
    assert.equal(state([0, { lag: 2 }], [15, { lag: 11 }]), 'behind')
  })

  it('is unknown before it has sent anything', () => {
    assert.equal(state([0, { age: 5 }], [8, { age: 13 }]), 'unknown')
    assert.equal(
      state([0, { age: 5 }], [8, { age: 13, pending: 0 }], [24, { age: 29, pending: 0 }]),
      'unknown',
    )
    assert.equal(state([0, { age: 5 }], [8, { lag: 1 }], [10, { lag: 1 }]), 'caught up')
  })

  it('is not caught up while its sink refuses samples, whatever it has sent', () => {
    assert.equal(state([0, { lag: 2 }], [5, { lag: 2, failed: 9 }]), 'behind')
    assert.equal(state([0, { lag: 2 }], [5, { lag: 2, failed: 9 }], [6, { lag: 3, failed: 9 }]), 'behind')
    assert.equal(state([0, { lag: 2, failed: 9 }], [5, { lag: 2, failed: 9 }]), 'caught up')
    const looks = [0, 60, 119, 120].map(time => [time, { lag: 2, failed: time + 1 }] as const)
    assert.equal(state(...looks.slice(0, 3)), 'behind')
    assert.equal(state(...looks), 'down')
  })

  it('is down after two minutes, by its own account once it is seen to stand still', () => {
    const still = (time: number, lag: number) => [time, { lag: lag + time }] as const
    assert.equal(state(still(0, 500)), 'behind')
    assert.equal(state(still(0, 500), still(9, 500)), 'behind')
    assert.equal(state(still(0, 500), still(10, 500)), 'down')
    assert.equal(state(still(0, 100), still(19, 100)), 'behind')
    assert.equal(state(still(0, 100), still(20, 100)), 'down')
    assert.equal(state([0, { age: 100 }], [19, { age: 119 }]), 'unknown')
    assert.equal(state([0, { age: 100 }], [20, { age: 120 }]), 'down')
  })

  it('is not down while it catches up, however far it is behind', () => {
    assert.equal(state([0, { lag: 500 }], [10, { lag: 400 }], [19, { lag: 409 }]), 'behind')
    assert.equal(state([0, { lag: 500 }], [10, { lag: 510 }], [12, { lag: 400 }]), 'behind')
  })

  it('is down over a restart of its replica until its sink takes something', () => {
    const down = [
      [0, { lag: 500 }],
      [10, { lag: 510 }],
    ] as const
    assert.equal(state(...down, [20, { age: 2 }]), 'down')
    assert.equal(state(...down, [20, { age: 2 }], [25, { lag: 1 }]), 'caught up')
    assert.equal(state(...down, [40, { lag: 1 }]), 'caught up')
  })

  it('begins anew with its replica', () => {
    const before = [
      [0, { lag: 2, failed: 7 }],
      [5, { lag: 2, failed: 7 }],
    ] as const
    assert.equal(state(...before), 'caught up')
    assert.equal(state(...before, [20, { age: 3 }]), 'unknown')
  })

  it('has no backlog if there is nothing that it sends', () => {
    assert.equal(state([0, { lag: 300, pending: 0 }], [9, { lag: 309, pending: 0 }]), 'behind')
    assert.equal(state([0, { lag: 300, pending: 0 }], [10, { lag: 310, pending: 0 }]), 'caught up')
    assert.equal(state([0, { lag: 300, pending: 5 }], [10, { lag: 310, pending: 0 }]), 'down')
    assert.equal(state([0, { age: 200, pending: 0 }], [10, { age: 210, pending: 0 }]), 'caught up')
  })

  it('sends again once samples were taken that are newer than its replica', () => {
    const sends = (...looks: readonly Seen[]) => hasSentSince(followed(...looks), 0)
    assert.equal(sends([0, { age: 9 }]), false)
    assert.equal(sends([0, { age: 9 }], [5, { lag: 1, age: 14 }]), true)
    assert.equal(sends([0, { lag: 30, age: 9 }], [5, { lag: 20, age: 14 }]), false)
    assert.equal(sends([0, { age: 9 }], [5, { lag: 1, age: 14, failed: 3 }]), false)
  })
})
