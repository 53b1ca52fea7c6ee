import assert from 'node:assert/strict'
import { followBacklogs, foretellBacklogs } from '../../../src/engine/backlog/backlog.ts'
import type { Event } from '../../../src/engine/event.ts'
import type { Action } from '../../../src/plan/model.ts'
import { AskError } from '../../../src/verify/model.ts'
import { planOf } from '../plans.ts'
import { contextOf, runOf } from '../runs.ts'

const begun = 1_800_000_000
const prefix = 'prometheus_remote_storage'

interface Parts {
  readonly action?: Action
  readonly allowOutage?: boolean
  /** By how many seconds a replica is behind with vm-a, so many seconds after the first look; undefined: it is not there. */
  readonly lag: (replica: string, second: number) => number | undefined
  /** vm-a is to be restarted too. */
  readonly both?: true
}

/** vm-b of a store is to be restarted, to which the replicas of another cell write; all are far behind with vm-b itself. */
function sceneOf({ action = 'restart', allowOutage = false, lag, both }: Parts) {
  let time = 0
  const pause = async (milliseconds: number) => {
    time += milliseconds
  }
  const events: Event[] = []
  const component = 'victoriametrics'
  const member = (host: string, port: number) => ({
    ...{ host, address: `net-${host}`, port, local: { address: '127.0.0.1', port } },
  })
  const rest = { peers: [], exporters: [], pushgateways: [], probers: [], grafanas: [], proxies: [] }
  const replicas = ['mon-a', 'mon-b'].map(host => member(host, 9090))
  const sinks = ['vm-a', 'vm-b'].map(name => {
    return { name, store: 'central', kind: component, member: name, url: '', entry: {} }
  })
  const members = ['vm-a', 'vm-b'].map(host => member(host, 8428))
  const store = { store: component, component, members, writers: [{ cell: 'eu', replicas }] }
  const cells = [
    { name: 'central', replicas: [], sinks: [], stores: [store], movingAddresses: [], ...rest },
    { name: 'eu', replicas, sinks, stores: [], movingAddresses: [], ...rest },
  ]
  const plan = planOf('vm-b', component, { action, cell: 'central' })
  const other = both ? [planOf('vm-a', component, { action, cell: 'central' })] : []
  const context = contextOf([runOf('vm-a', { plan: other }), runOf('vm-b', { plan: [plan] })], {
    request: { allowOutage, emit: event => void events.push(event) },
    prepared: { topology: { cells }, inventory: { hosts: [] } },
    async ask(host, _address, _port, path) {
      const seconds = lag(host, time / 1000)
      if (seconds === undefined) throw new AskError('refused', 'nothing listens')
      const newest = begun + time / 1000
      const queue = (name: string, behind: number) => {
        const labels = `{remote_name="${name}",url="http://192.0.2.9/"}`
        return [
          `${prefix}_samples_failed_total${labels} 0`,
          `${prefix}_queue_highest_sent_timestamp_seconds${labels} ${newest - behind}`,
          `${prefix}_bytes_total${labels} ${newest - behind}`,
        ]
      }
      const head = [`process_start_time_seconds 1`, `${prefix}_highest_timestamp_in_seconds ${newest}`]
      const body = [...head, ...queue('vm-a', seconds), ...queue('vm-b', 80), ''].join('\n')
      return { status: path === '/metrics' ? 200 : 404, body }
    },
  })
  const clock = { now: () => time, pause }
  const backlogs = followBacklogs(context, clock)
  return {
    foretold: async () =>
      (await foretellBacklogs(context, clock)).map(
        ({ host, severity, summary }) => `${host} ${severity ?? 'error'}: ${summary}`,
      ),
    before: () => backlogs.before(plan),
    first: () => backlogs.first(),
    seconds: () => Math.round(time / 1000),
    notes: () => events.flatMap(event => (event.type === 'waiting' ? [event.note] : [])),
    warnings: () => events.flatMap(event => (event.type === 'problem' ? [event.problem.code] : [])),
  }
}

describe('the step of a member of a store', () => {
  it('waits until all that write to the store have caught up with the other member', async () => {
    const scene = sceneOf({
      lag: (host, second) => (host === 'mon-b' && second < 40 ? 90 - second : 1),
    })
    assert.equal(await scene.before(), undefined)
    assert.ok(scene.seconds() >= 40 && scene.seconds() < 45, `${scene.seconds()}`)
    const note = 'waits until mon-b sends again: victoriametrics on vm-a (about 90 s behind)'
    assert.ok(scene.notes().includes(note), scene.notes().join('|'))
    assert.deepEqual(scene.warnings(), [])
  })

  it('is not taken if one does not catch up within five minutes, unless the loss is accepted', async () => {
    const lag = (host: string, second: number) => (host === 'mon-b' ? 90 - second / 10 : 1)
    const problem = await sceneOf({ lag }).before()
    assert.match(
      problem?.summary ?? '',
      /^victoriametrics was not restarted: after 5 minutes .* of mon-b to victoriametrics on vm-a is \d+ s behind$/,
    )
    assert.deepEqual([problem?.host, problem?.severity ?? 'error'], ['vm-b', 'error'])
    const accepted = sceneOf({ lag, allowOutage: true })
    assert.equal(await accepted.before(), undefined)
    assert.deepEqual(accepted.warnings(), ['backlog.other-behind-accepted'])
  })

  it('is not taken if the other member accepts nothing', async () => {
    const problem = await sceneOf({ lag: (_, second) => 400 + second, action: 'stop' }).before()
    assert.match(
      problem?.summary ?? '',
      /^victoriametrics would be stopped, and the queue of mon-a to victoriametrics on vm-a has accepted nothing since/,
    )
  })

  it('does not wait for a replica that is down, or cannot reach the other member if another one does', async () => {
    const down = sceneOf({ lag: host => (host === 'mon-b' ? undefined : 1) })
    assert.equal(await down.before(), undefined)
    const apart = sceneOf({ lag: (host, second) => (host === 'mon-b' ? 400 + second : 1) })
    assert.equal(await apart.before(), undefined)
    assert.ok(apart.seconds() < 20, `${apart.seconds()}`)
  })

  it('waits for nothing if it interrupts nothing', async () => {
    const scene = sceneOf({ action: 'start', lag: () => 90 })
    assert.equal(await scene.before(), undefined)
    assert.equal(scene.seconds(), 0)
  })

  describe('that is planned', () => {
    it('is nothing to tell of if it is usual, and takes one look', async () => {
      const scene = sceneOf({ lag: () => 25 })
      assert.deepEqual([await scene.foretold(), scene.seconds()], [[], 0])
    })

    it('is told if it would wait, or be refused', async () => {
      const slow = sceneOf({ lag: (host, second) => (host === 'mon-b' ? 90 - second / 10 : 1) })
      assert.deepEqual(await slow.foretold(), [
        'vm-b warning: apply would wait for up to 5 minutes before victoriametrics is restarted: the queue of mon-b to victoriametrics on vm-a is 89 s behind',
      ])
      assert.ok(slow.seconds() < 15, `${slow.seconds()}`)
      const [refused = '', ...more] = await sceneOf({ lag: (_, second) => 400 + second }).foretold()
      assert.deepEqual(more, [])
      assert.match(
        refused,
        /^vm-b error: victoriametrics would be restarted, and the queue of mon-a to victoriametrics on vm-a has accepted nothing since/,
      )
    })

    it('is left to its turn if the other member that takes nothing is to change too', async () => {
      const lag = (_: string, second: number) => 400 + second
      const told = await sceneOf({ lag, both: true }).foretold()
      assert.deepEqual(
        told.filter(one => one.includes('on vm-a')),
        [],
      )
    })

    it('is not looked at by a run before its turn', async () => {
      const scene = sceneOf({ lag: () => 90 })
      assert.deepEqual([await scene.first(), scene.seconds()], [[], 0])
    })
  })
})
