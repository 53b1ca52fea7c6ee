import assert from 'node:assert/strict'
import fc from 'fast-check'
import { durationOption } from '../../../src/cli/input/duration.ts'

describe('cli/duration', () => {
  for (const [text, milliseconds] of [
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['1h30m', 5_400_000],
    ['0', 0],
    ['0s', 0],
    [' 5m ', 300_000],
  ] as const) {
    it(`takes ${text} for ${milliseconds} ms`, () => assert.equal(durationOption(text), milliseconds))
  }

  for (const text of [
    '',
    ' ',
    '30',
    '-5s',
    '5 m',
    '1.5h',
    's',
    '30m1h',
    '5M',
    '1e3s',
    '5m5',
    '25d',
    `${'9'.repeat(400)}s`,
  ]) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))}`, () =>
      assert.throws(() => durationOption(text), /duration/))
  }

  it('adds up what is written', () => {
    const part = fc.integer({ min: 0, max: 100 })
    fc.assert(
      fc.property(part, part, part, (h, m, s) => {
        assert.equal(durationOption(`${h}h${m}m${s}s`), ((h * 60 + m) * 60 + s) * 1000)
      }),
    )
  })
})
