import assert from 'node:assert/strict'
import { type RedundantMember, serves } from '../../../src/engine/availability/serving-state.ts'
import { AskError, type Asking } from '../../../src/verify/model.ts'

type Said = number | 'refused' | 'impossible' | 'failed'

/** Answers by `HOST ADDRESS:PORTPATH`; a host that is not named has no connection. */
function answering(answers: Readonly<Record<string, Said>>): Asking & { asked: string[] } {
  const asked: string[] = []
  const told = (host: string, name: string) => {
    asked.push(name)
    const said = answers[name] ?? 'impossible'
    if (typeof said === 'number') return said
    throw new AskError(said, said === 'impossible' ? `there is no connection to ${host}` : said)
  }
  return {
    asked,
    ask: async (host, address, port, path) => ({
      status: told(host, `${host} ${address}:${port}${path}`),
      body: '',
    }),
    askHost: async (host, { name }) =>
      ({ runs: told(host, `${host} ${name}`) === 200, said: 'systemd says so' }) as never,
  }
}

const place = (port: number, prefix = '') => ({
  local: { address: '127.0.0.1', port },
  remote: { address: '198.18.0.12', port },
  readyPath: `${prefix}/-/ready`,
})
const b: RedundantMember = { host: 'mon-b', places: [place(9090)] }
const through = ['mon-b', 'mon-a', 'app-01', 'app-02', 'app-03']

describe('whether a member serves', () => {
  it('is asked on its own host, and nobody else then', async () => {
    for (const [said, state] of [
      [200, 'serves'],
      [503, 'down'],
      ['refused', 'down'],
    ] as const) {
      const asking = answering({ 'mon-b 127.0.0.1:9090/-/ready': said })
      assert.equal((await serves(b, asking, through)).state, state)
      assert.equal(asking.asked.length, 1)
    }
  })

  it('is asked from another host where SSH does not reach its own', async () => {
    const asking = answering({ 'mon-a 198.18.0.12:9090/-/ready': 200 })
    const { state, said } = await serves(b, asking, through)
    assert.equal(state, 'serves')
    assert.equal(
      said,
      'asked on mon-b: there is no connection to mon-b; asked from mon-a: /-/ready answers 200',
    )
  })

  it('is believed of the second host where the first does not get through', async () => {
    const asking = answering({
      'mon-a 198.18.0.12:9090/-/ready': 'refused',
      'app-01 198.18.0.12:9090/-/ready': 200,
    })
    assert.equal((await serves(b, asking, through)).state, 'serves')
  })

  it('is no, where its own host hangs and no other gets an answer', async () => {
    const asking = answering({
      'mon-b 127.0.0.1:9090/-/ready': 'failed',
      'mon-a 198.18.0.12:9090/-/ready': 'failed',
      'app-01 198.18.0.12:9090/-/ready': 'refused',
      'app-02 198.18.0.12:9090/-/ready': 'failed',
      'app-03 198.18.0.12:9090/-/ready': 200,
    })
    const { state, said } = await serves(b, asking, through)
    assert.equal(state, 'down')
    assert.match(said, /asked from app-01: nothing listens on 198\.18\.0\.12:9090/)
    assert.equal(asking.asked.length, 4, 'three others are enough')
  })

  it('is no, where its own host hangs and no other is there, whatever systemd says', async () => {
    const asking = answering({ 'mon-b 127.0.0.1:9090/-/ready': 'failed' })
    assert.equal((await serves({ ...b, active: 'active' }, asking, [])).state, 'down')
  })

  it('is asked further where the first hosts have no connection', async () => {
    const asking = answering({ 'app-03 198.18.0.12:9090/-/ready': 200 })
    assert.equal((await serves(b, asking, through)).state, 'serves')
  })

  it('is not known where nothing can ask, unless systemd says', async () => {
    const asking = answering({})
    assert.equal((await serves(b, asking, through)).state, 'unknown')
    assert.equal((await serves({ ...b, active: 'active' }, asking, through)).state, 'serves')
    const stopped = await serves({ ...b, active: 'failed' }, asking, through)
    assert.equal(stopped.state, 'down')
    assert.match(stopped.said, /systemd says failed$/)
  })

  it('is asked where it answered until now, and where it will', async () => {
    const moved: RedundantMember = { host: 'mon-b', places: [place(9090), place(9095, '/prom')] }
    for (const name of ['mon-b 127.0.0.1:9090/-/ready', 'mon-b 127.0.0.1:9095/prom/-/ready']) {
      const answers: Record<string, Said> = {
        'mon-b 127.0.0.1:9090/-/ready': 'refused',
        'mon-b 127.0.0.1:9095/prom/-/ready': 'refused',
      }
      const silent = answering(answers)
      assert.equal((await serves(moved, silent, through)).state, 'down')
      const asking = answering({ ...answers, [name]: 200 })
      assert.equal((await serves(moved, asking, through)).state, 'serves')
    }
  })

  it('is asked of its host alone where it answers no questions itself', async () => {
    const unit: RedundantMember = { host: 'mon-b', places: [{ unit: 'promha-keepalived.service' }] }
    for (const [said, state] of [
      [200, 'serves'],
      [503, 'down'],
      ['impossible', 'unknown'],
    ] as const) {
      const asking = answering({ 'mon-b unit promha-keepalived.service': said })
      assert.equal((await serves(unit, asking, through)).state, state)
      assert.equal(asking.asked.length, 1)
    }
  })
})
