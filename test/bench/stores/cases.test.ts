/** What the runs with stores take away, and how they read what is left, without any host. */
import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { goProgram } from '../../../bench/stores/build/programs.ts'
import { storeCases, timesOf } from '../../../bench/stores/cases.ts'
import { inflict } from '../../../bench/stores/faults.ts'
import { bodyOf, seriesIn } from '../../../bench/stores/read.ts'
import { lockedVersion, type StoreWorld } from '../../../bench/stores/site.ts'
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
    upgrade: async (component, program) => void done.push(`upgrade ${component} to ${program}`),
    versions: async () => '',
    close: async () => {},
  }
}

describe('the cases of the stores', () => {
  it('have names of their own, and upgrade only at the end', () => {
    const names = storeCases.map(({ store, name }) => `${store} ${name}`)
    assert.equal(new Set(names).size, names.length)
    const kinds = storeCases.map(({ outage }) => outage.kind === 'upgraded')
    assert.deepEqual(kinds, [...kinds].sort())
    assert.ok(kinds.includes(true))
  })

  it('are played as often as asked for, but for upgrades, whose programs can be built', () => {
    for (const one of storeCases) {
      const { outage } = one
      assert.equal(timesOf(one, 3), outage.kind === 'upgraded' ? 1 : 3)
      if (outage.kind === 'upgraded') assert.ok(goProgram(outage.program).version)
    }
  })

  it('take each replica away in turn, and each node in one way', () => {
    const hit = storeCases.flatMap(({ outage }) =>
      'host' in outage ? [`${outage.unit} ${outage.host}`] : [],
    )
    assert.deepEqual(hit, [
      'prometheus mon-a',
      'prometheus mon-b',
      'victoriametrics app-01',
      'victoriametrics app-02',
    ])
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
    await inflict(world(done), { kind: 'killed', unit: 'victoriametrics', host: 'app-02' }, never)
    await inflict(world(done), { kind: 'upgraded', component: 'prometheus', program: 'prometheus' }, never)
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

describe('what a node exports', () => {
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
