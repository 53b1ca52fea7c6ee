/** Nothing that a host, a file or a server says moves the terminal, reorders a line or breaks a document. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import type { Event } from '../../../src/engine/event.ts'
import { cleaned } from '../../../src/report/clean.ts'
import { driftMetrics } from '../../../src/report/format/metrics.ts'
import { follow, progressLine } from '../../../src/report/live/stages.ts'
import type { CommandOutcome } from '../../../src/report/outcome.ts'
import { promha } from '../../cli/promha.ts'
import { captured, outcome } from '../../report/sample.ts'
import { error } from '../../support/problems.ts'
import { came, event, text } from '../support/nasty.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Written apart from promha's own list: what terminals, editors and XML readers are known to act upon. */
const acting: readonly (readonly [number, number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x3164, 0x3164],
  [0x61c, 0x61c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xfffe, 0xffff],
  [0xe0000, 0xe0fff],
]
const acts = (text: string) =>
  [...text].filter(character => {
    const code = character.codePointAt(0) ?? 0
    return acting.some(([from, to]) => code >= from && code <= to)
  })
const assertHarmless = (text: string) => assert.deepEqual(acts(text).map(escape), [])

/** Everything that one run shows, in each form. */
async function told(events: readonly Event[], finding: CommandOutcome, json: boolean, colours: boolean) {
  let xml = ''
  const junit = async (written: string) => {
    xml = written
  }
  const { reporter, out, err } = await captured({
    ...{ json, verbosity: 'verbose', diff: 'full', junit },
    env: colours ? { TERM: 'xterm' } : { NO_COLOR: '1' },
  })
  for (const one of events) reporter.emit(one)
  await reporter.finish(finding)
  return { out: out(), err: err(), xml }
}

describe('control characters of a host', () => {
  it('reach neither standard output nor standard error, whatever field they are in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 3 }), came, async (events, finding) => {
        const { out, err } = await told(events, finding, false, false)
        assertHarmless(out)
        assertHarmless(err)
      }),
    )
  })

  it('reach no JSON document, and what it is parsed to is what was said', async () => {
    await fc.assert(
      fc.asyncProperty(came, async finding => {
        const { out, err } = await told([], finding, true, false)
        assertHarmless(out)
        assertHarmless(err)
        const errors = JSON.parse(out).errors ?? []
        const first = finding.problems.find(({ severity }) => severity === 'error')
        if (finding.result === 'failed' && first) assert.equal(errors[0].summary, first.summary)
      }),
    )
  })

  it('reach no JUnit document', async () => {
    await fc.assert(
      fc.asyncProperty(came, async finding => assertHarmless((await told([], finding, false, false)).xml)),
    )
  })

  it('reach no title of the live list', async () => {
    await fc.assert(
      fc.asyncProperty(event, async one => {
        const { reporter, seen } = listening()
        reporter.emit(one)
        assertHarmless(seen())
        assert.ok(!seen().includes('\n'), 'a title has one line')
      }),
    )
  })

  it('reach no metrics', () => {
    fc.assert(
      fc.property(text, inventory => {
        const run = { inventory, ended: 2, duration: 1, succeeded: true, lastSuccess: 1 }
        assertHarmless(driftMetrics({ ...run, hosts: [] }))
      }),
    )
  })

  it('cannot pass for the colours of promha', async () => {
    const finding = outcome({
      result: 'failed',
      problems: [error('a \u001b[31mred')],
    })
    const { err } = await told([], finding, false, true)
    assert.match(err, /a \\x1b\[31mred/)
  })

  it('add no line to where a field has one', async () => {
    const forged = 'read\nmon-b: ok\n2 hosts: 2 ok'
    const problems = [error(forged)]
    const { err } = await told(
      [
        { type: 'host-failed', host: 'mon-a', status: 'failed', problems },
        { type: 'stage-progress', stage: 'lock', done: 0, note: forged },
      ],
      outcome({ result: 'failed', problems }),
      false,
      false,
    )
    assert.doesNotMatch(err, /^mon-b: ok$/m)
    assert.doesNotMatch(err, /^2 hosts/m)
  })

  it('come with no text that has no end', async () => {
    const detail = `${'x'.repeat(3_000_000)}\n${'y\n'.repeat(100_000)}`
    const problems = [error('z'.repeat(1_000_000), { detail })]
    for (const json of [false, true]) {
      const { out, err, xml } = await told([], outcome({ result: 'failed', problems }), json, false)
      for (const one of [out, err, xml]) assert.ok(one.length < 300_000, `${one.length}`)
    }
  })

  it('come from no argument, file name or unknown command either', async () => {
    for (const args of [
      ['validate', '\u001b[2J\u009b1m\u202e.yml'],
      ['\u001b]0;x\u0007'],
      ['schedule', 'status', '/\u001b[2J'],
      ['lab', 'status', '--name', '\u009b2J'],
    ]) {
      const { out, err } = await promha(...args)
      assert.notEqual(`${out}${err}`, '')
      assertHarmless(out)
      assertHarmless(err)
    }
  }).timeout(120_000)

  it('come from no error that nothing caught', async () => {
    const script = `
      const { tellCrash } = await import('./src/cli/process/failure.ts')
      tellCrash()
      const fail = () => { throw new Error('\\u001b[2J\\u009b1m a\\u202eb') }
      if (process.argv[1] === 'late') setImmediate(fail)
      else void Promise.resolve().then(fail)`
    for (const when of ['late', 'rejected']) {
      const words = ['--import=tsx', '--input-type=module', '-e', script, when]
      const { status, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' })
      assert.equal(status, 1)
      assert.match(stderr, /did not foresee: \\x1b\[2J\\x9b1m a\\u202eb/)
      assertHarmless(stderr)
    }
  }).timeout(120_000)
})

/** A reporter whose live titles can be read: what they are made of is what its renderer is given. */
function listening() {
  let stages = follow(new Map(), { type: 'stage-begin', stage: 'probe' }, 0)
  for (const stage of ['lock', 'change', 'verify'] as const)
    stages = follow(stages, { type: 'stage-begin', stage }, 0)
  return {
    reporter: {
      emit: (one: Event) => {
        stages = follow(stages, cleaned(one), 0)
      },
    },
    seen: () => [...stages.values()].map(state => progressLine(state, 0)).join(''),
  }
}
