/** What a host answers is read in linear time and within limits, whatever it is. */

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { askScript } from '../../../src/shell/host/ask.ts'
import { diagnoseScript } from '../../../src/shell/host/diagnose.ts'
import { addressesIn, hasAddress, hostStateScript, reachScript } from '../../../src/shell/host/host-state.ts'
import { parseHostLock } from '../../../src/shell/lock/lock.ts'
import { parsePackageFacts } from '../../../src/shell/observe/packages.ts'
import { preflightScript } from '../../../src/shell/observe/preflight.ts'
import { probeScript } from '../../../src/shell/observe/probe.ts'
import { installScript } from '../../../src/shell/package/install.ts'
import { parseRemoval } from '../../../src/shell/package/removal.ts'
import { parseGeneration, readGenerationsScript } from '../../../src/shell/record/generation.ts'
import { parseRecord } from '../../../src/shell/record/record.ts'
import { longestLine, mostLines, mostOwned } from '../../../src/shell/syntax/bounds.ts'
import { sections } from '../../../src/shell/syntax/frame.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'
import { sample, samples } from '../../../src/verify/answer/metrics.ts'
import { brief } from '../../../src/verify/answer/text.ts'
import { parseJson } from '../../../src/verify/ask/json.ts'
import { AskError } from '../../../src/verify/model.ts'

const nonce = 'promha-00'

const preflightRequest = {
  services: [{ unit: 'x.service', ports: [{ protocol: 'tcp' as const, port: 9090 }] }],
  directories: ['/x'],
  contents: ['/y'],
  largest: 10,
  versions: ['/z'],
  addresses: [{ address: '192.0.2.1', peers: ['192.0.2.2'] }],
  speaksTo: ['192.0.2.3'],
}

const probeRequest = {
  ...{ users: [], packages: [], directories: [], paths: [], hashed: [], programs: [], trees: [], units: [] },
  deep: false,
}

const asked = askScript(5, { address: '127.0.0.1', port: 9090 }, { path: '/' })

/** Every parser of what a script printed. */
const parsers: Readonly<Record<string, (output: string) => unknown>> = {
  sections: output => sections(nonce, output),
  probe: output => answerOf(probeScript(probeRequest), nonce, output),
  preflight: output => answerOf(preflightScript(preflightRequest), nonce, output),
  lock: output => answerOf({ parse: parseHostLock }, nonce, output),
  'host state': output => answerOf(hostStateScript(), nonce, output),
  reached: output => answerOf(reachScript([]), nonce, output),
  diagnosis: output => answerOf(diagnoseScript('x.service'), nonce, output),
  generations: output => answerOf(readGenerationsScript([]), nonce, output)?.texts,
  generation: output => parseGeneration('prometheus', output),
  record: output => parseRecord(output.split('\n')),
  packages: output => parsePackageFacts(output.split('\n')),
  installation: output => answerOf(installScript({ manager: 'apt', names: [], run: 'r' }), nonce, output),
  removal: output => answerOf({ parse: parseRemoval }, nonce, output),
  asked: output => answerOf(asked, nonce, output),
}

/** Names of all sections, and pieces of what stands in them. */
const sectionNames = (
  'host users packages paths hashes programs units stamps unfinished addresses end ports room own neighbours taken held ' +
  'moving keepalived table firewalls reached state journal prometheus lost installed failed unreached system have unable ' +
  '__proto__ constructor'
).split(' ')
const pieces = [
  'x86_64',
  'root',
  '1.5',
  '-1',
  'NaN',
  '9e999',
  '|',
  ':',
  '=',
  '%',
  '%zz',
  ' ',
  'Id=a',
  'constructor=b',
  '__proto__=c',
  'regular file|644|root|root|1|1.0|1 1.0 1.0 7 /x',
  `${'a'.repeat(64)}  /x`,
  `${'a'.repeat(64)} hashed /x`,
  '/s/prometheus:restart=1 reload=1 all=1 time=1 run=1 generation=1 cell=1 version=1 unit=1',
  '/s/prometheus:made file %2Fx',
  'made file',
  'run=1',
  'since=99999999999999999999',
  'now=1',
  'x.service tcp 9090 1 - y',
  'rw 1 / /x',
  'inet 192.0.2.1/24',
  '192.0.2.1 80 open',
  'ActiveState=active',
  'NRestarts=x',
  'x touched',
  'manager apt',
  'installed a 1',
  'HTTP/1.1 200 OK',
]

const line = fc.oneof(
  fc.constantFrom(...pieces),
  fc.constantFrom(...sectionNames).map(name => `${nonce} ${name}`),
  fc.string(),
  fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map(parts => parts.join('')),
)
const output = fc.array(line, { maxLength: 40 }).map(lines => lines.join('\n'))

/**
 * A RegExp's work is not to be counted from here, so the time is compared with that of a quarter of the text. What is
 * linear takes less than 40 ms, so that the floor of 20 ms forgives a busy machine; what is quadratic takes seconds.
 */
function growth(work: (size: number) => () => void): number {
  const best = (size: number) => {
    const run = work(size)
    return Math.min(
      ...Array.from({ length: 3 }, () => {
        const began = process.cpuUsage()
        run()
        const { user } = process.cpuUsage(began)
        return user
      }),
    )
  }
  best(4_000)
  const [small, large] = [best(16_000), best(64_000)]
  return large / Math.max(small, 20_000)
}

describe('what a host answers', () => {
  for (const [name, parse] of Object.entries(parsers)) {
    it(`is read as a ${name} without an error that nothing foresees, whatever it is`, () => {
      fc.assert(
        fc.property(output, text => {
          try {
            parse(text)
          } catch (cause) {
            assert.ok(cause instanceof ProblemError, String(cause))
          }
        }),
        { numRuns: 300 },
      )
    }).timeout(30_000)
  }

  it('may not have more lines, nor longer ones, than any healthy host says', () => {
    const refused = (text: string, why: RegExp) =>
      assert.throws(
        () => sections(nonce, `${nonce} host\n${text}`),
        (cause: unknown) => cause instanceof ProblemError && why.test(cause.message),
      )
    refused('x\n'.repeat(mostLines), /more than 250000 lines/)
    refused('x'.repeat(longestLine + 1), /a line has more than 65536 characters/)
    assert.equal(
      sections(nonce, `${nonce} host\n${'x\n'.repeat(mostLines - 2)}`).get('host')?.length,
      mostLines - 2,
    )
  }).timeout(30_000)

  it('may not name more owned things than the limit', () => {
    const header = 'restart=1 reload=1 all=1 time=1 run=1 generation=1 cell=1 version=1 unit=1'
    const owned = (count: number) =>
      Array.from({ length: count }, (_, index) => `made file %2Fetc%2F${index}`)
    assert.equal(parseRecord([header, ...owned(mostOwned)])?.owned.length, mostOwned)
    assert.equal(parseRecord([header, ...owned(mostOwned + 1)]), undefined)
  })

  it('has no time of which no date can be made', () => {
    const header = (time: string, undone: string) =>
      `restart=1 reload=1 all=1 time=${time} run=1 generation=1 cell=1 version=1 unit=1 undone=${undone}`
    assert.equal(parseRecord([header('8640000000001', '1')]), undefined)
    assert.equal(parseRecord([header('1', '9'.repeat(400))])?.undone, undefined)
    assert.equal(parseRecord([header('1', '5')])?.undone, 5)
  })

  it('has no more addresses than any host', () => {
    assert.throws(() => addressesIn(Array.from({ length: 5000 }, () => 'inet 192.0.2.1')), ProblemError)
    assert.ok(hasAddress({ addresses: ['2001:db8:0::1'] }, '2001:db8::1'))
  })

  const linear: Readonly<Record<string, (size: number) => () => void>> = {
    'the lines of one stamp': size => {
      const text = `${nonce} host\n${nonce} stamps\n${'/s/prometheus:x\n'.repeat(size)}${nonce} end\n`
      return () => void answerOf(probeScript(probeRequest), nonce, text)
    },
    'units of one property': size => {
      const text = `${nonce} units\n${'Id=a\n'.repeat(size)}${nonce} end\n`
      return () => void answerOf(probeScript(probeRequest), nonce, text)
    },
    'labels of which none is closed': size => {
      const text = `up{${'a="\\'.repeat(size)}} 1\n`
      return () => void samples(text, 'up')
    },
    'a name of a label without end': size => {
      const text = `up{${'a'.repeat(size)}} 1\n`.repeat(4)
      return () => void sample(text, 'up')
    },
    'a message without end': size => () => void brief('a'.repeat(size)),
    'a head without end': size => {
      const text = `${nonce} curl\n${nonce} response\nHTTP/1.1 200 OK\n${'a: b\n'.repeat(size)}\n${nonce} end\n`
      return () => void answerOf(asked, nonce, text)
    },
    'JSON of many values': size => {
      const text = `[${'0,'.repeat(size)}0]`
      return () => void parseJson(text)
    },
  }
  for (const [what, work] of Object.entries(linear)) {
    it(`takes four times as long at most for four times as much of ${what}`, () => {
      const factor = growth(work)
      assert.ok(factor < 10, `it took ${factor.toFixed(1)} times as long`)
    }).timeout(60_000)
  }

  it('is refused if its JSON would take far more memory than its text', () => {
    for (const text of ['['.repeat(65), `[${'0,'.repeat(4_000_001)}0]`, '{"a":'.repeat(100), 'x', ''])
      assert.throws(() => parseJson(text), AskError)
    const strings = JSON.stringify({ a: ['[[['.repeat(100), '{"\\', ',,,,'] })
    assert.deepEqual(parseJson(strings), JSON.parse(strings))
  }).timeout(30_000)

  it('is read as what is lacking, or refused', () => {
    assert.deepEqual(
      answerOf(readGenerationsScript([]), nonce, `${nonce} lacks prometheus\n%2Fx\n${nonce} end\n`)?.lacking,
      ['/x'],
    )
  })
})
