import assert from 'node:assert/strict'
import type { Followed } from '../../../src/engine/backlog/follow.ts'
import { type KnownSink, ownProblems, peerProblems, waitNote } from '../../../src/engine/backlog/judge.ts'
import type { Standing } from '../../../src/engine/backlog/wait.ts'
import { queueSaying, type Said } from './queues.ts'

const sinks: readonly KnownSink[] = [
  { name: 'vm-a', store: 'eu', kind: 'victoriametrics', member: 'app-01' },
  { name: 'vm-b', store: 'eu', kind: 'victoriametrics', member: 'app-02' },
  { name: 'far', store: 'central', kind: 'cortex' },
]
const where = { host: 'mon-a', resource: 'service:prometheus.service' }

function standing(name: string, state: Standing['state'], said: Said = {}, refuses = false): Standing {
  const seen = queueSaying(said, 0, name)
  const followed: Followed = {
    ...seen,
    ...{ state: 'behind', began: 0, moved: 0, refuses, reached: seen.newest - 300 },
    ...{ mark: { at: 0, queue: seen.queue }, drains: false },
  }
  return { followed, state }
}

function told(
  standings: readonly Standing[],
  { peer, ...rest }: { allowed?: boolean; peer?: string; foretold?: true } = {},
) {
  const step = { where, component: 'prometheus', verb: 'restarted', allowed: false, ...rest }
  const problems =
    peer === undefined ? ownProblems(standings, sinks, step) : peerProblems(standings, sinks, step, peer)
  for (const problem of problems) assert.deepEqual([problem.host, problem.resource], Object.values(where))
  return problems.map(({ code, severity, summary }) => `${severity} ${code}: ${summary}`)
}

describe('queues before a step that loses what they hold', () => {
  it('are nothing to tell of if all is sent', () => {
    assert.deepEqual(told([standing('own', 'done'), standing('vm-a', 'done'), standing('far', 'done')]), [])
  })

  it("only warn of the user's own sinks", () => {
    const own = [
      standing('own', 'down', { lag: 600 }),
      standing('0e3a73', 'down', { age: 300 }),
      standing('picky', 'down', { lag: 1 }, true),
      standing('slow', 'open', { lag: 73.4 }),
      standing('new', 'open'),
    ]
    const to = 'to 192.0.2.9:8428'
    assert.deepEqual(told(own), [
      `warning backlog.own-down: remote write "own" ${to} has accepted nothing since 2027-01-15 07:50:00 UTC`,
      `warning backlog.own-down: remote write ${to} has accepted nothing since 2027-01-15 07:55:00 UTC`,
      `warning backlog.own-down: remote write "picky" ${to} refuses samples`,
      `warning backlog.not-caught-up-accepted: prometheus is restarted although, after 5 minutes of waiting, remote write "slow" ${to} is 73 s behind`,
      `warning backlog.not-caught-up-accepted: prometheus is restarted although, after 5 minutes of waiting, remote write "new" ${to} has accepted nothing yet`,
    ])
  })

  it('warn of a member that is down while another one of its store has all', () => {
    const store = [standing('vm-a', 'done'), standing('vm-b', 'down', { lag: 600 })]
    assert.deepEqual(told(store), [
      'warning backlog.member-down: victoriametrics on app-02 has accepted nothing since 2027-01-15 07:50:00 UTC',
    ])
    const [problem] = ownProblems(store, sinks, {
      where,
      component: 'prometheus',
      verb: 'restarted',
      allowed: false,
    })
    assert.equal(
      problem?.detail,
      'This replica loses what it has not sent there: its samples from 2027-01-15 07:50:00 UTC until prometheus is restarted. victoriametrics on app-01 has them.',
    )
  })

  it('say nothing by times that lie in the future', () => {
    const ahead = { ahead: 600 }
    const [down, slow] = [standing('own', 'down', ahead), standing('vm-a', 'open', ahead)]
    assert.deepEqual(told([down, slow, standing('vm-b', 'done')]), [
      'warning backlog.own-down: remote write "own" to 192.0.2.9:8428 has accepted nothing since 2027-01-15 07:55:00 UTC',
      'error backlog.not-caught-up: prometheus was not restarted: after 5 minutes of waiting, victoriametrics on app-01 accepts nothing',
    ])
    const step = { where, component: 'prometheus', verb: 'restarted', allowed: false }
    assert.match(
      ownProblems([down], sinks, step)[0]?.detail ?? '',
      /its samples from an unknown time until then/,
    )
    const taking = { ...slow, followed: { ...slow.followed, accepted: 0 } }
    assert.match(told([taking]).join(), /on app-01 accepts samples more slowly than they come$/)
    const silent = { ...down, followed: { ...down.followed, accepted: 0 } }
    assert.match(
      ownProblems([silent], sinks, step)[0]?.detail ?? '',
      /samples from 2027-01-15 07:55:00 UTC until/,
    )
  })

  it('stop the step if no member of a store takes samples, unless the loss is accepted', () => {
    const store = [standing('vm-a', 'down', { lag: 600 }), standing('vm-b', 'down', { lag: 500 })]
    const both = 'victoriametrics on app-01, victoriametrics on app-02'
    const refused = `error backlog.store-down: prometheus would be restarted, and no samples are accepted by ${both}`
    assert.deepEqual(told(store), [refused])
    assert.deepEqual(told([...store, standing('own', 'done')]), [refused])
    assert.deepEqual(told(store, { allowed: true }), [
      `warning backlog.store-down-accepted: prometheus is restarted although no samples are accepted by ${both}`,
    ])
    const [problem] = ownProblems(store, sinks, {
      where,
      component: 'prometheus',
      verb: 'restarted',
      allowed: false,
    })
    assert.match(problem?.remedy ?? '', /--allow-outage/)
    assert.match(problem?.detail ?? '', /^victoriametrics on app-01 has accepted nothing since .* UTC\.\n/)
    assert.deepEqual(told([standing('far', 'down', { lag: 600 }), standing('vm-a', 'done')]), [
      'error backlog.store-down: prometheus would be restarted, and no samples are accepted by cortex of cell central',
    ])
  })

  it('stop the step if a store was behind for all the time, unless the loss is accepted', () => {
    const store = [standing('vm-a', 'open', { lag: 50 }), standing('vm-b', 'done')]
    const [refused, ...more] = told(store)
    assert.deepEqual(more, [])
    assert.equal(
      refused,
      'error backlog.not-caught-up: prometheus was not restarted: after 5 minutes of waiting, victoriametrics on app-01 is 50 s behind',
    )
    assert.match(told(store, { allowed: true }).join(), /^warning backlog.not-caught-up-accepted/)
    // One that is down does not excuse the other.
    assert.match(
      told([standing('vm-a', 'open', { lag: 50 }), standing('vm-b', 'down')]).join(),
      /^error .*,warning /,
    )
  })

  it('do not name a member that is behind as one that has all', () => {
    const store = [standing('vm-a', 'open', { lag: 50 }), standing('vm-b', 'down', { lag: 600 })]
    const step = { where, component: 'prometheus', verb: 'restarted', allowed: true }
    const [, down] = ownProblems(store, sinks, step)
    assert.match(down?.detail ?? '', /until prometheus is restarted\.$/)
  })

  it('are foretold as what would be waited for, and then refused or lost', () => {
    const late = [standing('vm-a', 'open', { lag: 50 }), standing('own', 'open', { lag: 73 })]
    const waits =
      'warning backlog.would-wait: apply would wait for up to 5 minutes before prometheus is restarted'
    assert.deepEqual(told(late, { foretold: true }), [
      `${waits}: remote write "own" to 192.0.2.9:8428 is 73 s behind`,
      `${waits}: victoriametrics on app-01 is 50 s behind`,
    ])
    const step = {
      where,
      component: 'prometheus',
      verb: 'restarted',
      allowed: false,
      foretold: true,
    } as const
    const details = ownProblems(late, sinks, step).map(({ detail }) => detail)
    assert.deepEqual(details, [
      'What this replica has not sent by then would be lost.',
      'If the sink is still behind by then, apply would refuse.',
    ])
    const [refused] = told([standing('far', 'down', { lag: 600 })], { foretold: true })
    assert.match(refused ?? '', /^error backlog\.store-down: prometheus would be restarted/)
  })

  it('stop the step if another replica does not send yet, but not for a sink that is down or the user owns', () => {
    const peer = 'mon-b'
    assert.deepEqual(told([standing('vm-a', 'done'), standing('vm-b', 'down')], { peer }), [])
    assert.deepEqual(told([standing('vm-a', 'open'), standing('own', 'open')], { peer }), [
      'error backlog.peer-not-sending: prometheus was not restarted: within 5 minutes, prometheus on mon-b has sent victoriametrics on app-01 no sample that is newer than its own start',
      'warning backlog.peer-not-sending-accepted: prometheus is restarted although, within 5 minutes, prometheus on mon-b has sent remote write "own" to 192.0.2.9:8428 no sample that is newer than its own start',
    ])
    assert.match(told([standing('vm-a', 'open')], { peer, allowed: true }).join(), /^warning /)
  })

  it('show nothing that a host could make strange', () => {
    const odd = standing('x'.repeat(500), 'down', { lag: Number.POSITIVE_INFINITY })
    const [text = ''] = told([odd])
    assert.match(text, /has accepted nothing since an unknown time$/)
    assert.ok(text.length < 250, `${text.length}`)
  })

  it('are named while they are waited for, with steps of half a minute', () => {
    const open = [standing('vm-a', 'open', { lag: 31 }), standing('own', 'open')].map(
      ({ followed }) => followed,
    )
    assert.equal(
      waitNote(open, sinks, undefined),
      'waits until its samples are sent: victoriametrics on app-01 (about 60 s behind), remote write "own" to 192.0.2.9:8428',
    )
    assert.equal(
      waitNote(open.slice(1), sinks, 'mon-b'),
      'waits until mon-b sends again: remote write "own" to 192.0.2.9:8428',
    )
  })
})
