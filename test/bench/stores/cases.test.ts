/** What the runs with stores take away, and how they read what is left, without any host. */
import assert from 'node:assert/strict'
import { execa } from 'execa'
import { describe, it } from 'mocha'
import { goProgram } from '../../../bench/stores/build/programs.ts'
import { casesOf, programsOf, timesOf, titleOf } from '../../../bench/stores/cases.ts'
import { inflict } from '../../../bench/stores/faults.ts'
import { ask, bodyOf, matrixIn } from '../../../bench/stores/read.ts'
import { lockedVersion, type StoreWorld } from '../../../bench/stores/site.ts'
import { storeSites } from '../../../bench/stores/sites/index.ts'
import { seriesIn, victoriaMetricsSite } from '../../../bench/stores/sites/victoriametrics.ts'
import type { Fleet } from '../../e2e/support/fleet.ts'

/** A world that writes down what is run where. */
function world(done: string[]): StoreWorld {
  const inside = async (host: string, script: string) => {
    done.push(`${host}: ${script}`)
    return ''
  }
  return {
    fleet: { inside } as unknown as Fleet,
    inventory: '',
    upgrade: async (component, { program }) => void done.push(`upgrade ${component} to ${program}`),
    versions: async () => '',
    close: async () => {},
  }
}

const cases = storeSites.flatMap(casesOf)

describe('the cases of the stores', () => {
  it('have names of their own', () => {
    const titles = cases.map(titleOf)
    assert.equal(new Set(titles).size, titles.length)
  })

  for (const site of storeSites) {
    it(`of ${site.name} take each replica away in turn, then members, and upgrade only at the end`, () => {
      const own = casesOf(site)
      const away = own.slice(0, 2).map(({ outage }) => 'host' in outage && `${outage.unit} ${outage.host}`)
      assert.deepEqual(away, ['prometheus mon-a', 'prometheus mon-b'])
      const kinds = own.map(({ outage }) => outage.kind === 'upgraded')
      assert.deepEqual(kinds, [...kinds].sort())
      assert.ok(kinds.includes(true))
      assert.ok(site.outages.some(({ outage }) => 'host' in outage && outage.unit !== 'prometheus'))
    })
  }

  it('upgrade a program to another version than the one that was built first', () => {
    for (const { name, built = {}, upgrades = {} } of storeSites)
      for (const [component, { program }] of Object.entries(upgrades)) {
        const first = built[component]
        if (first) assert.notEqual(goProgram(first.program).version, goProgram(program).version, name)
      }
    assert.ok(cases.map(titleOf).includes('thanos: Thanos upgraded'))
  })

  it('are played as often as asked for, but for upgrades', () => {
    for (const one of cases) assert.equal(timesOf(one, 3), one.outage.kind === 'upgraded' ? 1 : 3)
  })

  it('need programs that can be built, and only those that they use', () => {
    for (const program of programsOf(cases)) assert.ok(goProgram(program).version)
    const [replica] = casesOf(victoriaMetricsSite)
    assert.ok(replica)
    assert.deepEqual(programsOf([replica]), [])
    const site = { ...victoriaMetricsSite, built: { thanos: { program: 'thanos' } }, beside: ['gofakes3'] }
    assert.deepEqual(programsOf(casesOf(site)), ['thanos', 'prometheus', 'victoriametrics', 'gofakes3'])
  })
})

describe('an outage', () => {
  it('ends with the unit started, whatever happened meanwhile', async () => {
    const done: string[] = []
    const outage = { kind: 'stopped', unit: 'prometheus', host: 'mon-a', seconds: 0 } as const
    const halfway = async () => {
      done.push('halfway')
      throw new Error('verify is missing')
    }
    await assert.rejects(inflict(world(done), outage, halfway), /verify is missing/)
    assert.deepEqual(done, [
      'mon-a: systemctl stop prometheus',
      'halfway',
      'mon-a: systemctl start prometheus',
    ])
  })

  it('is a signal that cannot be caught, or an upgrade', async () => {
    const done: string[] = []
    const never = () => assert.fail('nothing lasts')
    const upgraded = { kind: 'upgraded', component: 'prometheus', program: 'prometheus' } as const
    await inflict(world(done), { kind: 'killed', unit: 'victoriametrics', host: 'app-02' }, never)
    await inflict(world(done), upgraded, never)
    assert.deepEqual(done, [
      'app-02: systemctl kill --signal=KILL victoriametrics',
      'upgrade prometheus to prometheus',
    ])
  })
})

describe('the version that runs', () => {
  const lock = 'artifacts:\n  - { component: prometheus, version: "3.5.3" }\n'

  it('is that of the lock file', () => {
    assert.equal(lockedVersion(lock, 'prometheus'), '3.5.3')
    assert.throws(() => lockedVersion(lock, 'thanos'), /no thanos/)
  })
})

describe('a question to a member', () => {
  it('is asked on its host by the shell, whatever is in it', async () => {
    const done: string[] = []
    const answer = 'HTTP/1.0 200 OK\r\n\r\nyes'
    const fleet = {
      inside: async (_: string, script: string) => {
        done.push(script)
        return answer
      },
    } as unknown as Fleet
    const headers = { 'M3-Metrics-Type': 'aggregated' }
    assert.equal(await ask(fleet, { host: 'app-01', port: 7, path: '/?a=%7B', headers }), 'yes')
    const [script = ''] = done
    const sent = script.replace(/exec .*; printf/, 'printf').replace(' >&3; cat <&3', '')
    const { stdout } = await execa('bash', ['-c', sent], { stripFinalNewline: false })
    assert.equal(stdout, 'GET /?a=%7B HTTP/1.0\r\nM3-Metrics-Type: aggregated\r\n\r\n')
  })

  it('about a range is answered with samples, or is an error', () => {
    const result = [{ metric: { instance: 'a' }, values: [[1.5, '1']] }]
    const text = (resultType: string) => JSON.stringify({ data: { resultType, result } })
    assert.deepEqual(matrixIn(text('matrix')), [{ metric: { instance: 'a' }, times: [1500] }])
    assert.throws(() => matrixIn(text('vector')), /expected samples/)
    assert.throws(() => matrixIn('{"status":"error"}'), /status.*error/)
  })
})

describe('what a node of VictoriaMetrics exports', () => {
  it('is one series a line', () => {
    const text =
      '{"metric":{"instance":"a"},"values":[1,1],"timestamps":[1000,3000]}\n{"metric":{"instance":"b"},"values":[0],"timestamps":[2000]}\n'
    assert.deepEqual(seriesIn(text), [
      { metric: { instance: 'a' }, times: [1000, 3000] },
      { metric: { instance: 'b' }, times: [2000] },
    ])
    assert.deepEqual(seriesIn(''), [])
  })

  it('is not read from an answer that is an error', () => {
    const answer = (status: string) => `HTTP/1.0 ${status}\r\nServer: x\r\n\r\n{"metric":{}}\n`
    assert.equal(bodyOf(answer('200 OK'), 'x'), '{"metric":{}}\n')
    assert.equal(bodyOf(answer('204 No Content'), 'x'), '{"metric":{}}\n')
    assert.throws(() => bodyOf(answer('400 Bad Request'), 'app-01: /x'), /app-01: \/x: .*400 Bad Request/)
    assert.throws(() => bodyOf('', 'app-01: /x'), /app-01/)
  })
})
