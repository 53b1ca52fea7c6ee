import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { intervalProblem, jitter, spanText, timerLines } from '../../../src/schedule/systemd/interval.ts'

const minute = 60_000
const hour = 60 * minute

describe('schedule/interval', () => {
  const calendars: readonly (readonly [number, string])[] = [
    [minute, '*-*-* *:00/1:00'],
    [15 * minute, '*-*-* *:00/15:00'],
    [hour, '*-*-* *:00:00'],
    [6 * hour, '*-*-* 00/6:00:00'],
    [24 * hour, '*-*-* 00:00:00'],
  ]
  for (const [every, calendar] of calendars) {
    it(`makes calendar times of ${spanText(every)}, and makes up for a missed one`, () => {
      assert.deepEqual(timerLines(every).slice(0, 2), [`OnCalendar=${calendar}`, 'Persistent=true'])
    })
  }

  for (const every of [7 * minute, 90_000, 90 * minute, 5 * hour, 48 * hour]) {
    it(`counts ${spanText(every)} from the last run, and from the boot`, () => {
      const lines = timerLines(every)
      assert.deepEqual(lines.slice(0, 2), ['OnStartupSec=1min', `OnUnitActiveSec=${every / 1000}s`])
    })
  }

  it('is late by a tenth at most, and by five minutes', () => {
    assert.equal(jitter(minute), 6000)
    assert.equal(jitter(24 * hour), 5 * minute)
    assert.ok(timerLines(15 * minute).includes('RandomizedDelaySec=90s'))
  })

  it('refuses less than a minute and more than a week', () => {
    assert.match(intervalProblem(59_000)?.summary ?? '', /^--every 59s: /)
    assert.match(intervalProblem(0)?.summary ?? '', /^--every 0s: /)
    assert.ok(intervalProblem(169 * hour))
    for (const every of [minute, 168 * hour]) assert.equal(intervalProblem(every), undefined)
  })

  it('means what systemd understands', function () {
    this.timeout(30_000)
    // Two successive times, in seconds since the epoch, lie as far apart as was asked.
    const divisors = [1, 2, 5, 15, 30, 60, 120, 360, 720, 1440]
    fc.assert(
      fc.property(fc.constantFrom(...divisors), minutes => {
        const calendar = timerLines(minutes * minute)[0]?.replace('OnCalendar=', '') ?? ''
        const args = ['calendar', '--iterations=3', '--base-time=2026-01-05 00:00:00 UTC', calendar]
        const text = execFileSync('systemd-analyze', args, {
          encoding: 'utf8',
          env: { ...process.env, TZ: 'UTC' },
        })
        const times = [...text.matchAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g)].map(([found]) =>
          Date.parse(`${found}Z`),
        )
        assert.equal(times.length, 3, text)
        assert.deepEqual(
          [(times[1] ?? 0) - (times[0] ?? 0), (times[2] ?? 0) - (times[1] ?? 0)],
          [minutes * minute, minutes * minute],
        )
      }),
      { numRuns: 15 },
    )
  })
})
