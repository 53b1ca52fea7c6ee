import assert from 'node:assert/strict'
import { type Candidate, serves } from '../../src/engine/standing.ts'
import { type Ask, AskError } from '../../src/verify/model.ts'

type Said = number | 'refused' | 'impossible' | 'failed'

/** Answers by `HOST ADDRESS:PORTPATH`; a host that is not named has no connection. */
function answering(answers: Readonly<Record<string, Said>>): { ask: Ask; asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    ask: async (host, address, port, path) => {
      const name = `${host} ${address}:${port}${path}`
      asked.push(name)
      const said = answers[name] ?? 'impossible'
      if (typeof said === 'number') return { status: said, body: '' }
      throw new AskError(said, said === 'impossible' ? `there is no connection to ${host}` : said)
    },
  }
}

const place = (port: number, prefix = '') => ({
  local: { address: '127.0.0.1', port },
  remote: { address: '198.18.0.12', port },
  readyPath: `${prefix}/-/ready`,
})
const b: Candidate = { host: 'mon-b', places: [place(9090)] }
const through = ['mon-b', 'mon-a', 'app-01', 'app-02', 'app-03']

describe('whether a member serves', () => {
  it('is asked on its own host, and nobody else then', async () => {
    for (const [said, state] of [
      [200, 'serves'],
      [503, 'down'],
      ['refused', 'down'],
    ] as const) {
      const { ask, asked } = answering({ 'mon-b 127.0.0.1:9090/-/ready': said })
      assert.equal((await serves(b, ask, through)).state, state)
      assert.equal(asked.length, 1)
    }
  })

  it('is asked from another host where SSH does not reach its own', async () => {
    const { ask } = answering({ 'mon-a 198.18.0.12:9090/-/ready': 200 })
    const { state, said } = await serves(b, ask, through)
    assert.equal(state, 'serves')
    assert.equal(
      said,
      'asked on mon-b: there is no connection to mon-b; asked from mon-a: /-/ready answers 200',
    )
  })

  it('is believed of the second host where the first does not get through', async () => {
    const { ask } = answering({
      'mon-a 198.18.0.12:9090/-/ready': 'refused',
      'app-01 198.18.0.12:9090/-/ready': 200,
    })
    assert.equal((await serves(b, ask, through)).state, 'serves')
  })

  it('is no, where its own host hangs and no other gets an answer', async () => {
    const { ask, asked } = answering({
      'mon-b 127.0.0.1:9090/-/ready': 'failed',
      'mon-a 198.18.0.12:9090/-/ready': 'failed',
      'app-01 198.18.0.12:9090/-/ready': 'refused',
      'app-02 198.18.0.12:9090/-/ready': 'failed',
      'app-03 198.18.0.12:9090/-/ready': 200,
    })
    const { state, said } = await serves(b, ask, through)
    assert.equal(state, 'down')
    assert.match(said, /asked from app-01: nothing listens on 198\.18\.0\.12:9090/)
    assert.equal(asked.length, 4, 'three others are enough')
  })

  it('is no, where its own host hangs and no other is there, whatever systemd says', async () => {
    const { ask } = answering({ 'mon-b 127.0.0.1:9090/-/ready': 'failed' })
    assert.equal((await serves({ ...b, active: 'active' }, ask, [])).state, 'down')
  })

  it('is asked further where the first hosts have no connection', async () => {
    const { ask } = answering({ 'app-03 198.18.0.12:9090/-/ready': 200 })
    assert.equal((await serves(b, ask, through)).state, 'serves')
  })

  it('is not known where nothing can ask, unless systemd says', async () => {
    const { ask } = answering({})
    assert.equal((await serves(b, ask, through)).state, 'unknown')
    assert.equal((await serves({ ...b, active: 'active' }, ask, through)).state, 'serves')
    const stopped = await serves({ ...b, active: 'failed' }, ask, through)
    assert.equal(stopped.state, 'down')
    assert.match(stopped.said, /systemd says failed$/)
  })

  it('is asked where it answered until now, and where it will', async () => {
    const moved: Candidate = { host: 'mon-b', places: [place(9090), place(9095, '/prom')] }
    for (const name of ['mon-b 127.0.0.1:9090/-/ready', 'mon-b 127.0.0.1:9095/prom/-/ready']) {
      const answers: Record<string, Said> = {
        'mon-b 127.0.0.1:9090/-/ready': 'refused',
        'mon-b 127.0.0.1:9095/prom/-/ready': 'refused',
      }
      const { ask: silent } = answering(answers)
      assert.equal((await serves(moved, silent, through)).state, 'down')
      const { ask } = answering({ ...answers, [name]: 200 })
      assert.equal((await serves(moved, ask, through)).state, 'serves')
    }
  })

  it('is asked of its host alone where it answers no questions itself', async () => {
    const place = { local: { address: '', port: 0 }, readyPath: 'host:active promha-keepalived.service' }
    const unit: Candidate = { host: 'mon-b', places: [place] }
    for (const [said, state] of [
      [200, 'serves'],
      [503, 'down'],
      ['impossible', 'unknown'],
    ] as const) {
      const { ask, asked } = answering({ [`mon-b :0${place.readyPath}`]: said })
      assert.equal((await serves(unit, ask, through)).state, state)
      assert.equal(asked.length, 1)
    }
  })
})
