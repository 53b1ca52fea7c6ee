import assert from 'node:assert/strict'
import type { Event } from '../../src/engine/event.ts'
import { gate } from '../../src/engine/gate.ts'
import type { Connection } from '../../src/ssh/connection.ts'
import type { Peer } from '../../src/topology/model.ts'
import { planOf } from './plans.ts'

/** A host whose systemd says this of the unit at each look, and whose program answers with 200 always. */
async function run(states: readonly string[], soaks: boolean) {
  const events: Event[] = []
  let looks = 0
  const connection = {
    host: 'mon-a',
    closed: new Promise<void>(() => {}),
    run: async ({ script }: { script: string }) => {
      const [, mark = ''] = /echo '?(promha-\w+) state/.exec(script) ?? []
      const state = script.includes('journalctl') ? '' : (states[Math.min(looks, states.length - 1)] ?? '')
      if (!script.includes('journalctl')) looks += 1
      const manager = script.includes('--since @5') ? `${mark} manager\nstatus=203/EXEC\n` : ''
      const journal = script.includes('journalctl') ? 'panic: out of luck' : ''
      return {
        code: 0,
        stdout: Buffer.from(`${mark} state\n${state}\n${mark} journal\n${journal}\n${manager}`),
        stderr: '',
      }
    },
  } as unknown as Connection
  const began = performance.now()
  const before = { sameConfig: true, twins: async () => undefined }
  const problem = await gate(
    planOf('mon-a', 'node_exporter').instance,
    { connection, ask: async () => ({ status: 200, body: '' }), emit: event => events.push(event) },
    5,
    soaks ? { before } : {},
  )
  return { problem, seconds: (performance.now() - began) / 1000, events, looks }
}

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
    const connection = {
      host: 'mon-a',
      closed: new Promise<void>(() => {}),
      run: async () => ({ code: 0, stdout: Buffer.from(''), stderr: '' }),
    } as unknown as Connection
    const silent = JSON.stringify({ open: [], refused: [], silent: [place] })
    const problem = await gate(
      planOf('mon-a', 'alertmanager').instance,
      {
        connection,
        ask: async (_host, _address, port, path) => ({
          status: 200,
          body: port === 0 ? silent : (bodies[path] ?? ''),
        }),
        emit: () => {},
      },
      0,
      { peers: [], hoped: [peer] },
    )
    assert.match(problem?.summary ?? '', /does not reach mon-b at 198\.18\.0\.12:9094$/)
  }).timeout(15_000)
})
