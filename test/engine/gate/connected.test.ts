import assert from 'node:assert/strict'
import { awaitConnected, connectedNow, unreachedPeers } from '../../../src/engine/gate/connected.ts'
import type { Answer } from '../../../src/shell/host/ask.ts'
import type { Peer } from '../../../src/topology/model.ts'
import { AskError } from '../../../src/verify/model.ts'
import { planOf } from '../plans.ts'

const peer = (host: string, address: string): Peer => ({
  host,
  address,
  port: 9093,
  local: { address: '127.0.0.1', port: 9093 },
  peerName: host,
  cluster: { address, port: 9094 },
})
const [a, b] = [peer('mon-a', '198.18.0.11'), peer('mon-b', '198.18.0.12')]

const cluster = (status: string, ...names: string[]): Answer => ({
  status: 200,
  body: JSON.stringify({ cluster: { status, peers: names.map(name => ({ name, address: `${name}:1` })) } }),
})
const sinks = (...addresses: string[]): Answer => ({
  status: 200,
  body: JSON.stringify({
    data: {
      activeAlertmanagers: addresses.map(address => ({ url: `http://${address}:9093/am/api/v2/alerts` })),
    },
  }),
})

async function run(
  component: 'prometheus' | 'alertmanager' | 'node_exporter',
  peers: readonly Peer[],
  answer: (second: number) => Answer,
) {
  let time = 0
  const notes: string[] = []
  const problem = await awaitConnected({
    instance: planOf('mon-a', component).instance,
    peers,
    ask: async () => answer(time / 1000),
    clock: {
      now: () => time,
      pause: async milliseconds => {
        time += milliseconds
      },
    },
    signal: new AbortController().signal,
    onWait: note => notes.push(note),
  })
  return { problem, notes, seconds: time / 1000 }
}

describe('in touch with the Alertmanagers', () => {
  it('is a Prometheus that sends to each that is up', async () => {
    const late = await run('prometheus', [a, b], second =>
      second < 5 ? sinks('198.18.0.11') : sinks('198.18.0.11', '198.18.0.12', '203.0.113.1'),
    )
    assert.equal(late.problem, undefined)
    assert.equal(late.seconds, 5)
    assert.deepEqual(late.notes, ['does not send to 198.18.0.12:9093 yet'])
    assert.equal((await run('prometheus', [a], () => sinks('198.18.0.11'))).seconds, 0)
  })

  it('is an Alertmanager that has settled and sees the others that are up', async () => {
    const { problem, notes } = await run('alertmanager', [b], second => {
      if (second < 2) return cluster('settling', 'mon-a')
      return second < 8 ? cluster('settling', 'mon-a', 'mon-b') : cluster('ready', 'mon-a', 'mon-b')
    })
    assert.equal(problem, undefined)
    assert.deepEqual(notes, ['does not see its peers mon-b yet', 'has not settled in its cluster yet'])
    assert.equal((await run('alertmanager', [b], () => cluster('disabled'))).problem, undefined)
  })

  it('goes by the count where an old Alertmanager names its peers otherwise', async () => {
    const ulids = () => cluster('ready', '01H8', '01H9')
    assert.equal((await run('alertmanager', [b], ulids)).problem, undefined)
    assert.ok((await run('alertmanager', [b, peer('mon-c', 'mon-c')], ulids)).problem)
  })

  it('is nothing to wait for with an exporter', async () => {
    const { problem } = await run('node_exporter', [a], () => ({ status: 500, body: '' }))
    assert.equal(problem, undefined)
  })

  it('fails in the end, with what is missing', async () => {
    const { problem, seconds } = await run('alertmanager', [b], () => cluster('ready', 'mon-a'))
    assert.equal(seconds, 120)
    assert.equal(problem?.summary, 'alertmanager is ready, but does not see its peers mon-b within 120 s')
    assert.equal(problem?.host, 'mon-a')
    assert.ok(problem?.remedy)
  })

  it('is not disproven where nothing can ask', async () => {
    const { problem } = await run('prometheus', [a], () => {
      throw new AskError('impossible', 'no tool')
    })
    assert.equal(problem, undefined)
  })

  it('is compared with what an Alertmanager saw before', async () => {
    const { instance } = planOf('mon-a', 'alertmanager')
    const seen = await connectedNow(async () => cluster('ready', 'mon-a'), instance, [b])
    assert.deepEqual(seen, [])
    const silent = async (): Promise<Answer> => {
      throw new AskError('refused', 'nothing listens')
    }
    assert.deepEqual(await connectedNow(silent, instance, [b]), [b])
    // Without names, one that is to have another address from now on is known by the count.
    const nameless = async () => cluster('ready', '01H8', '01H9')
    assert.deepEqual(await connectedNow(nameless, instance, [b]), [b])
  })
})

describe('the peers of a changed Alertmanager', () => {
  const members = (...of: readonly (readonly [string, string])[]): Answer => ({
    status: 200,
    body: JSON.stringify({
      cluster: { status: 'ready', peers: of.map(([name, address]) => ({ name, address })) },
    }),
  })
  const self = ['mon-a', '198.18.0.11:9094'] as const
  const place = { address: '198.18.0.12', port: 9094 }

  /** `said`: what comes of a connection to mon-b, where the inventory has it. */
  async function reach(
    status: Answer,
    said: 'open' | 'refused' | 'silent' | (() => string),
    to: readonly Peer[] = [b],
    component: 'alertmanager' | 'prometheus' = 'alertmanager',
    own?: { readonly silent?: boolean; readonly refused?: boolean },
  ) {
    let time = 0
    let tries = 0
    const problem = await unreachedPeers({
      instance: planOf('mon-a', component).instance,
      peers: to,
      ...(own ? { own: a } : {}),
      ask: async () => status,
      askHost: async (host, { name }) => {
        if (host === 'mon-b') {
          assert.match(name, / 198\.18\.0\.11 9094$/)
          const places = (word?: boolean) => (word ? [a.cluster] : [])
          return { open: [], refused: places(own?.refused), silent: places(own?.silent) } as never
        }
        assert.match(name, / 198\.18\.0\.12 9094$/)
        tries += 1
        const word = typeof said === 'string' ? said : said()
        if (word === '') throw new AskError('impossible', 'no bash')
        return { open: [], refused: [], silent: [], [word]: [place] } as never
      },
      clock: {
        now: () => time,
        pause: async milliseconds => {
          time += milliseconds
        },
      },
      signal: new AbortController().signal,
    })
    return { problem, tries }
  }

  it('are not tried where they are seen at their addresses', async () => {
    const { problem, tries } = await reach(members(self, ['mon-b', '198.18.0.12:9094']), 'silent')
    assert.deepEqual([problem, tries], [undefined, 0])
    assert.equal((await reach(members(self), 'silent', [b], 'prometheus')).tries, 0)
    assert.equal((await reach(members(self), 'silent', [])).tries, 0)
  })

  it('are not where they were before, if nothing answers there', async () => {
    const old = members(self, ['mon-b', '198.18.0.22:9094'])
    const { problem, tries } = await reach(old, 'silent')
    assert.equal(problem?.summary, 'alertmanager is ready, but does not reach mon-b at 198.18.0.12:9094')
    assert.match(problem?.remedy ?? '', /`address` of mon-b/)
    assert.ok(tries > 1)
    assert.ok((await reach(old, 'refused')).problem)
    assert.ok((await reach(members(self), 'silent')).problem)
  })

  it('may have moved, or still be about to', async () => {
    assert.equal((await reach(members(self, ['mon-b', '198.18.0.22:9094']), 'open')).problem, undefined)
    // Another port, where it listens once it is changed itself; a label that it does not have yet.
    assert.equal((await reach(members(self, ['mon-b', '198.18.0.12:9095']), 'refused')).problem, undefined)
    assert.equal((await reach(members(self), 'open')).problem, undefined)
  })

  it('are tried again, and not held against a host that cannot try', async () => {
    const words = ['silent', 'silent', 'open']
    const late = await reach(members(self), () => words.shift() ?? 'open')
    assert.deepEqual([late.problem, late.tries], [undefined, 3])
    assert.deepEqual(await reach(members(self), () => ''), { problem: undefined, tries: 1 })
  })

  it('have to reach it where it is to be from now on', async () => {
    const seen = members(self, ['mon-b', '198.18.0.12:9094'])
    const from = async (own: { readonly silent?: boolean; readonly refused?: boolean }) =>
      (await reach(seen, 'open', [b], 'alertmanager', own)).problem
    assert.equal(await from({}), undefined)
    const problem = await from({ silent: true })
    assert.equal(problem?.summary, 'alertmanager is ready, but is not reached by mon-b at 198.18.0.11:9094')
    assert.match(problem?.remedy ?? '', /`address` of mon-a/)
    assert.ok(await from({ refused: true }))
  })

  it('that go by names of hosts are not tried', async () => {
    assert.equal((await reach(members(self), 'silent', [peer('mon-b', 'mon-b.example.net')])).tries, 0)
  })
})
