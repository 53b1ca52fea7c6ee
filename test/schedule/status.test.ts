import assert from 'node:assert/strict'
import { nextRun, spanMilliseconds } from '../../src/schedule/status.ts'

describe('schedule/status', () => {
  it('reads spans as systemd writes them', () => {
    assert.equal(spanMilliseconds('2h 3min 5.5s'), 7_385_500)
    assert.equal(spanMilliseconds('1month 1w 1d 3ms'), 2_629_800_000 + 604_800_000 + 86_400_000 + 3)
    assert.equal(spanMilliseconds('infinity'), undefined)
    assert.equal(spanMilliseconds(''), undefined)
  })

  it('tells the next run of either kind of timer', () => {
    const of = (realtime: string, monotonic: string) =>
      new Map([
        ['NextElapseUSecRealtime', realtime],
        ['NextElapseUSecMonotonic', monotonic],
      ])
    assert.equal(nextRun(of('Thu 2026-10-01', 'infinity'), 0), 'Thu 2026-10-01')
    assert.equal(nextRun(of('', '1min 30s'), 60_000), 'in 30 s')
    assert.equal(nextRun(of('', '1min'), 90_000), 'in 0 s')
    assert.equal(nextRun(of('', 'infinity'), 0), 'none')
    assert.equal(nextRun(new Map(), 0), 'none')
  })
})
