import assert from 'node:assert/strict'
import fc from 'fast-check'
import { mask } from '../../src/report/clean.ts'
import { follow, progressLine, type Stages } from '../../src/report/live/stages.ts'
import { paintDiff, plain, styleFor } from '../../src/report/style.ts'
import { summaryText } from '../../src/report/summary.ts'
import { count, durationText, size, table } from '../../src/report/words.ts'
import { change, check, hostPlan, outcome, tally } from './sample.ts'

describe('report/words', () => {
  it('writes numbers as people do', () => {
    assert.equal(count(1, 'host'), '1 host')
    assert.equal(count(2, 'host'), '2 hosts')
    assert.deepEqual([340, 12_345, 119_960, 185_000].map(durationText), [
      '0.34 s',
      '12.3 s',
      '2 min 0 s',
      '3 min 5 s',
    ])
    assert.deepEqual([512, 45_000, 101e6, 1.24e9].map(size), ['512 B', '45 kB', '101 MB', '1.2 GB'])
  })

  it('aligns columns and leaves nothing trailing', () => {
    assert.equal(
      table([
        ['a', 'bcd', ''],
        ['abc', '', 'x'],
      ]),
      'a    bcd\nabc       x',
    )
    const cell = fc.string({ maxLength: 8 }).map(text => text.replace(/\s/g, '_'))
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 6 }), rows => {
        for (const line of table(rows).split('\n')) assert.equal(line, line.trimEnd())
      }),
    )
  })

  it('colours nothing unless a terminal asks for it', () => {
    assert.equal(styleFor({ isTTY: false }, {}), plain)
    assert.equal(styleFor({ isTTY: true }, { NO_COLOR: '1' }), plain)
    assert.equal(styleFor({ isTTY: true }, { TERM: 'dumb' }), plain)
    const style = styleFor({ isTTY: true }, { TERM: 'xterm' })
    assert.equal(paintDiff('+a\n b', style), '\u001b[32m+a\u001b[39m\n b')
  })

  it('masks text and leaves own words, numbers and shape', () => {
    const hide = (text: string) => text.replaceAll('ok', '****')
    const value = { status: 'ok', detail: 'it is ok', lines: ['ok', 1, null], bytes: new Uint8Array([1]) }
    assert.deepEqual(mask(value, hide), {
      status: 'ok',
      detail: 'it is ****',
      lines: ['****', 1, null],
      bytes: new Uint8Array([1]),
    })
  })
})

describe('report/summary', () => {
  it('counts hosts, checks and time', () => {
    const hosts = [hostPlan('a', 'changed', [change]), hostPlan('b', 'ok'), hostPlan('c', 'unreachable')]
    const checks = [check('pass'), check('pass'), check('warn'), check('skip')]
    assert.equal(
      summaryText(outcome({ result: 'failed', hosts, checks }), tally),
      '1 change made. 3 hosts: 1 unreachable, 1 changed, 1 ok. 2 checks passed, 1 warning, 1 skipped. ' +
        '12.3 s, of which 9.8 s waiting for programs',
    )
  })

  it('says that an interrupted run stopped after a step', () => {
    assert.match(summaryText(outcome({ result: 'interrupted' }), tally), /^Interrupted: /)
  })
})

describe('report/stages', () => {
  it('follows what a stage is at', () => {
    let stages: Stages = new Map()
    stages = follow(stages, { type: 'stage-begin', stage: 'push', total: 100e6, unit: 'bytes' }, 1000)
    stages = follow(stages, { type: 'stage-progress', stage: 'push', done: 50e6, note: 'mon-a' }, 1500)
    const state = stages.get('push')
    assert.ok(state)
    assert.equal(
      progressLine(state, 2200),
      'Sending programs: [############------------] 50 MB of 100 MB, 1.2 s, mon-a',
    )
    assert.equal(follow(stages, { type: 'stage-end', stage: 'push', elapsed: 1 }, 2200).size, 0)
  })

  it('shows a download in the stage at work until it is done', () => {
    let stages = follow(new Map(), { type: 'stage-begin', stage: 'probe', total: 4, unit: 'hosts' }, 0)
    stages = follow(stages, { type: 'download', progress: { name: 'x.tar.gz', done: 5e6 } }, 0)
    assert.match(progressLine(stages.get('probe') ?? assert.fail(), 0), /0 of 4 hosts, x\.tar\.gz 5 MB/)
    stages = follow(stages, { type: 'download', progress: { name: 'x.tar.gz', done: 9, total: 9 } }, 0)
    assert.equal(stages.get('probe')?.download, undefined)
  })
})
