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

  describe('that has sent samples with a time in the future', () => {
    /** A target that is ten minutes ahead; `said` counts. */
    const at = (seconds: number, said: Said): Seen => [seconds, { ahead: 600, ...said }]
    const living = (seconds: number) =>
      at(seconds, { bytes: 100 * seconds, tried: 90 * seconds, pending: 90 })

    it('is caught up once what waited was sent within ten seconds', () => {
      assert.equal(state(living(0)), 'behind')
      assert.equal(state(living(0), living(2)), 'caught up')
      const slow = (seconds: number) =>
        at(seconds, { bytes: 100 * seconds, tried: 90 * seconds, pending: 9_000 })
      assert.equal(state(slow(0), slow(9)), 'behind')
      assert.equal(state(slow(0), slow(9), slow(12), slow(101)), 'behind')
      assert.equal(state(slow(0), slow(101)), 'behind')
    })

    it('is not caught up while it is full, since more waits in the log', () => {
      const full = (seconds: number) => ({ ...living(seconds)[1], full: seconds })
      assert.equal(state(at(0, full(0)), at(2, full(2)), at(4, full(4))), 'behind')
      assert.equal(state(at(0, full(0)), at(2, full(2)), at(4, { ...full(4), full: 2 })), 'caught up')
    })

    it('is down once its sink has taken nothing for two minutes, and was caught up at no look of these', () => {
      const hangs = (seconds: number) => at(seconds, { bytes: 200, tried: 180, pending: 90 + 10 * seconds })
      const states = [2, 4, 8, 14, 60, 121, 122].map(last =>
        state(living(0), living(2), ...[4, 8, 14, 60, 121, 122].filter(one => one <= last).map(hangs)),
      )
      assert.deepEqual(states.slice(0, 2), ['caught up', 'behind'])
      assert.deepEqual(states.slice(2), ['behind', 'behind', 'behind', 'behind', 'down'])
      const { reached, newest } = followed(living(0), living(2), hangs(14))
      assert.equal(newest - reached, 12)
    })

    it('is not caught up by samples that are tried again', () => {
      // Between two attempts, what is tried again does not count as tried.
      const tried = (seconds: number, counted: number) =>
        at(seconds, { bytes: 200 + seconds, tried: counted, pending: 500 })
      assert.equal(state(tried(0, 900), tried(11, 400), tried(13, 900)), 'behind')
      assert.equal(state(tried(0, 900), tried(11, 400), tried(13, 1_400)), 'caught up')
    })

    it('is behind once its times say nothing wrong any more, if it has taken nothing meanwhile', () => {
      const past = (seconds: number): Seen => [seconds, { lag: 5, bytes: 200, tried: 180 }]
      assert.equal(state(living(0), living(2), past(60)), 'caught up')
      assert.equal(state(living(0), living(2), past(122)), 'behind')
    })

    it('is the same queue as before', () => {
      assert.equal(followed([0, { lag: 2 }], at(2, { bytes: 1_900_000_000 })).began, 0)
    })

    it('has no backlog if nothing waits', () => {
      const idle = (seconds: number) => at(seconds, { bytes: 200, pending: 0, age: 60 })
      assert.equal(state(idle(0), idle(9)), 'behind')
      assert.equal(state(idle(0), idle(10)), 'caught up')
    })

    it('sends again once something was taken', () => {
      const sends = (...looks: readonly Seen[]) => hasSentSince(followed(...looks), 0)
      assert.equal(sends(at(0, { bytes: 0, age: 9 })), false)
      assert.equal(sends(at(0, { bytes: 0, age: 9 }), at(5, { bytes: 7, age: 14 })), true)
      assert.equal(sends(at(0, { bytes: 0, age: 9 }), at(5, { bytes: 7, age: 14, failed: 3 })), false)
    })
  })
})
