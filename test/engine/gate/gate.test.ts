import assert from 'node:assert/strict'
import { writtenAt } from '../../../src/check/finding/part.ts'
import type { Event } from '../../../src/engine/event.ts'
import { awaitGate } from '../../../src/engine/gate/gate.ts'
import type { Peer } from '../../../src/topology/model.ts'
import { head, read } from '../../inventory/harness.ts'
import { fakeConnection } from '../../support/fake-connection.ts'
import { planOf } from '../plans.ts'

const written = { file: 'inventory.yml', line: 7, column: 9 }

/** A host whose systemd says this of the unit at each look, and whose program answers with 200 always. */
async function run(states: readonly string[], soaks: boolean) {
  const events: Event[] = []
  let looks = 0
  const connection = fakeConnection('mon-a', {
    diagnosis: ({ script }) => {
      if (!script.includes('journalctl'))
        return [`state\n${states[Math.min(looks++, states.length - 1)]}`, 'journal']
      const manager = script.includes('--since @5') ? ['manager\nstatus=203/EXEC'] : []
      return ['state', 'journal\npanic: out of luck', ...manager]
    },
  })
  const began = performance.now()
  const before = { sameConfig: true, twins: async () => undefined }
  const problem = await awaitGate(
    planOf('mon-a', 'node_exporter').instance,
    {
      connection,
      ask: async () => ({ status: 200, body: '' }),
      askHost: () => assert.fail(),
      emit: event => events.push(event),
    },
    { since: 5, baseline: soaks ? { before } : {}, where: { source: written } },
  )
  return { problem, seconds: (performance.now() - began) / 1000, events, looks }
}

describe('the place of an instance', () => {
  it('is its flags if it has some, or else its part of the cell', async () => {
    const { inventory } = await read(
      `${head}cells:
  eu:
    blackbox: { hosts: [mon-a], modules: { x: {} } }
    exporters:
      node: {}
      second: { use: node, flags: { a: b }, listen: "self:9101" }
`,
    )
    const at = (component: string) => {
      const { source } = writtenAt({ cell: 'eu', component }, inventory)
      return [source?.line, source?.column]
    }
    assert.deepEqual(at('node_exporter'), [9, 7])
    assert.deepEqual(at('second_exporter'), [10, 28])
    assert.deepEqual(at('blackbox_exporter'), [7, 5])
    assert.deepEqual(writtenAt({ cell: 'us', component: 'node_exporter' }, inventory), {})
  })
})

describe('the gate', () => {
  it('lets pass at once what needs no soak', async () => {
    const { problem, seconds, events } = await run(['ActiveState=active\nNRestarts=0'], false)
    assert.equal(problem, undefined)
    assert.ok(seconds < 1)
    assert.deepEqual(events, [])
  })

  for (const [title, state, said] of [
    [
      'has ended and will be started again',
      'ActiveState=activating\nNRestarts=0',
      'is about to start it again',
    ],
    ['was started again', 'ActiveState=active\nNRestarts=1', 'systemd started it again'],
    ['has ended for good', 'ActiveState=inactive\nNRestarts=0', 'systemd says inactive'],
  ] as const) {
    it(`ends the soak of what ${title}, with its journal`, async () => {
      const { problem, seconds } = await run(['ActiveState=active\nNRestarts=0', state], true)
      assert.match(problem?.summary ?? '', new RegExp(`^node_exporter does not stay up: .*${said}$`))
      assert.deepEqual(problem?.source, written)
      assert.equal(
        problem?.detail,
        'Its last journal lines:\npanic: out of luck\nsystemd says:\nstatus=203/EXEC',
      )
      assert.ok(seconds < 5, `${seconds}`)
    }).timeout(10_000)
  }

  it('soaks, tells so, and looks once more at the end', async () => {
    const { problem, seconds, events } = await run(['ActiveState=active\nNRestarts=0'], true)
    assert.equal(problem, undefined)
    assert.ok(seconds >= 8)
    assert.deepEqual(events[0], {
      type: 'waiting',
      host: 'mon-a',
      component: 'node_exporter',
      note: 'soaks: 8 s left',
    })
  }).timeout(15_000)

  it('stops at an Alertmanager whose peer will not answer once it is changed too', async () => {
    const place = { address: '198.18.0.12', port: 9094 }
    const peer: Peer = {
      ...{ host: 'mon-b', address: place.address, port: 9093, local: { address: '127.0.0.1', port: 9093 } },
      ...{ peerName: 'mon-b', cluster: place, advertise: place },
    }
    const bodies: Readonly<Record<string, string>> = {
      '/metrics':
        'alertmanager_config_last_reload_successful 1\nalertmanager_config_last_reload_success_timestamp_seconds 9\n',
      // It is in touch with what runs there still.
      '/api/v2/status': JSON.stringify({
        cluster: { status: 'ready', peers: [{ name: 'mon-b', address: '198.18.0.22:9094' }] },
      }),
    }
    const connection = fakeConnection('mon-a', { diagnosis: [] })
    const problem = await awaitGate(
      planOf('mon-a', 'alertmanager').instance,
      {
        connection,
        ask: async (_host, _address, _port, path) => ({ status: 200, body: bodies[path] ?? '' }),
        askHost: async () => ({ open: [], refused: [], silent: [place] }) as never,
        emit: () => {},
      },
      { since: 0, baseline: { peers: [], hoped: [peer] } },
    )
    assert.match(problem?.summary ?? '', /does not reach mon-b at 198\.18\.0\.12:9094$/)
  }).timeout(15_000)

  it('holds a member of a ring back until those that served before work with it again', async () => {
    let asked = 0
    const told: string[] = []
    const ring = (state: string) =>
      JSON.stringify({
        now: '2026-12-01T01:20:30Z',
        shards: [{ id: 'mon-a', state, timestamp: '2026-12-01 01:20:28 +0000 UTC' }],
      })
    const problem = await awaitGate(
      planOf('mon-a', 'cortex').instance,
      {
        connection: fakeConnection('mon-a', { diagnosis: [] }),
        ask: async (_host, _address, _port, path) => {
          if (path !== '/ring') return { status: 200, body: '' }
          asked += 1
          return { status: 200, body: ring(asked < 3 ? 'JOINING' : 'ACTIVE') }
        },
        askHost: async () => assert.fail(),
        emit: event => void (event.type === 'waiting' && told.push(event.note)),
      },
      {
        since: 0,
        baseline: {
          members: [
            {
              ...{ host: 'mon-a', address: '198.18.0.11', port: 9009 },
              local: { address: '127.0.0.1', port: 9009 },
            },
          ],
        },
      },
    )
    assert.equal(problem, undefined)
    assert.equal(asked, 3)
    assert.deepEqual(told, ['mon-a is JOINING in the ring'])
  }).timeout(15_000)
})
