/** A cell: who is changed, in which order, and what becomes of the others if one of them fails. */
import assert from 'node:assert/strict'
import type { RunOutcome } from '../../../src/engine/api.ts'
import { apply } from '../../../src/engine/command/run.ts'
import { select } from '../../../src/inventory/host/select.ts'
import { type Clock, clockOf } from '../../../src/wait/poll.ts'
import type { Answer } from '../../support/fake-connection.ts'
import { type Asked, type Fleet, type Liar, type Lie, startFleet } from '../support/fleet.ts'

const inventory = `
promha: 1
hosts:
  mon-a: { address: 192.0.2.11 }
  mon-b: { address: 192.0.2.12 }
  app-c: { address: 192.0.2.13 }
cells:
  eu:
    prometheus: { replicas: { a: mon-a, b: mon-b } }
    exporters:
      node: { hosts: [all] }
      systemd: { hosts: [mon-a] }
`

/** Twenty times as fast as this machine's. */
function fastClock(signal: AbortSignal): Clock {
  const clock = clockOf(signal)
  return { now: () => 20 * clock.now(), pause: milliseconds => clock.pause(milliseconds / 20) }
}

/** The run under way. */
interface Run {
  readonly asked: () => Asked
  /** As Ctrl-C does. */
  readonly abort: () => void
}

interface Row {
  readonly lies?: (run: Run) => readonly Liar[]
  /** All runs there already, and Prometheus alone is chosen, which lacks its group. */
  readonly restarts?: true
  /** Of mon-a, mon-b and app-c. */
  readonly hosts: string
  /** What was sent to Prometheus and changes something, in order. */
  readonly steps: readonly string[]
  /** Each problem by what it says, in any order. */
  readonly says?: readonly RegExp[]
}

/** A lie to the scripts of one component; the others are answered as by a healthy host. */
const of = (component: string, answer: (healthy: string, mark: string) => Answer): Lie => {
  const about = new RegExp(`/staging/${component}\\b`)
  return (healthy, mark, { script }) => (about.test(script) ? answer(healthy, mark) : healthy)
}
const failsAt =
  (...sections: readonly string[]) =>
  (): Answer => ({ sections, stderr: 'no', code: 1 })
const startFails = (host: string, component: string): Liar => ({
  ...{ host, kind: 'change', lie: of(component, failsAt('staging', 'lock', 'guard', 'clock\n5', 'start')) },
})
const onConfirm = (host: string, act: () => void): Liar => ({
  ...{ host, kind: 'confirm' },
  lie: of('prometheus', stdout => {
    act()
    return { stdout }
  }),
})
/** What a replica says of a sink of the user that is so many seconds behind. */
const queue = (lag: number) => {
  const now = Date.now() / 1000
  const label = '{remote_name="own",url="http://192.0.2.9/"}'
  const lines = [
    `prometheus_remote_storage_highest_timestamp_in_seconds ${now}`,
    `prometheus_remote_storage_samples_failed_total${label} 0`,
    `prometheus_remote_storage_queue_highest_sent_timestamp_seconds${label} ${now - lag}`,
    `prometheus_remote_storage_bytes_total${label} ${now - lag}`,
  ]
  return `${lines.join('\n')}\n`
}
const changed = (host: string) => [`${host} change`, `${host} confirm`]
const left = /^prometheus was left as it is: the run ended before that$/
const differs = /^the pair now differs: prometheus has the change on mon-a, and not on mon-b$/

const rows: Readonly<Record<string, Row>> = {
  'is changed one replica after the other': {
    ...{ hosts: 'changed changed changed', steps: [...changed('mon-a'), ...changed('mon-b')] },
  },
  'spares the other replica if the first one fails': {
    lies: () => [startFails('mon-a', 'prometheus')],
    ...{ hosts: 'failed skipped changed', steps: ['mon-a change', 'mon-a undo'] },
    says: [/step start failed$/, left],
  },
  'differs if only the second replica fails': {
    lies: () => [startFails('mon-b', 'prometheus')],
    ...{ hosts: 'changed failed changed', steps: [...changed('mon-a'), 'mon-b change', 'mon-b undo'] },
    says: [/step start failed$/, differs],
  },
  'goes on on a host whose exporter failed and is undone': {
    lies: () => [startFails('mon-a', 'systemd_exporter')],
    ...{ hosts: 'failed changed changed', steps: [...changed('mon-a'), ...changed('mon-b')] },
    says: [/^systemd_exporter could not be changed: step start failed$/],
  },
  'leaves both replicas if an exporter of one is stuck': {
    lies: () => [
      startFails('mon-a', 'systemd_exporter'),
      { host: 'mon-a', kind: 'undo', lie: () => ({ sections: ['back'], stderr: 'no', code: 1 }) },
    ],
    ...{ hosts: 'failed skipped changed', steps: [] },
    says: [/^systemd_exporter could not be changed/, /^systemd_exporter could not be put back now/, left],
  },
  'leaves both replicas if an exporter of one finds no lock': {
    lies: () => [
      { host: 'mon-a', kind: 'change', lie: of('systemd_exporter', failsAt('staging', 'lock')) },
      { host: 'mon-a', kind: 'undo', lie: () => ({ sections: ['lost', 'end'] }) },
    ],
    ...{ hosts: 'failed skipped changed', steps: [] },
    says: [/^systemd_exporter was not changed: the lock of the host was lost$/, left],
  },
  'changes both replicas although the node exporter of one fails and is undone': {
    lies: () => [startFails('mon-a', 'node_exporter')],
    ...{ hosts: 'failed changed changed', steps: [...changed('mon-a'), ...changed('mon-b')] },
    says: [/^node_exporter could not be changed: step start failed$/],
  },
  'is left if the lock of a member was lost before its turn': {
    lies: ({ asked }) => [onConfirm('mon-a', () => asked().connections.get('mon-b')?.cut())],
    ...{ hosts: 'changed skipped changed', steps: changed('mon-a') },
    says: [/^prometheus was not changed: the lock of mon-b was lost$/],
  },
  'is left if the lock of a replica was lost that is changed already': {
    lies: ({ asked }) => [onConfirm('mon-a', () => asked().connections.get('mon-a')?.cut())],
    ...{ hosts: 'changed skipped changed', steps: changed('mon-a') },
    says: [/^prometheus was not changed: the lock of mon-a was lost$/],
  },
  'leaves both replicas if what an earlier run left on one cannot be undone': {
    lies: () => [
      { host: 'mon-b', kind: 'recover', lie: () => ({ sections: ['failed prometheus\nno', 'end'] }) },
    ],
    ...{ hosts: 'skipped failed changed', steps: [] },
    says: [
      /^the unfinished change of prometheus could not be undone$/,
      /^prometheus was not changed because mon-b cannot be changed and both must run the same config$/,
    ],
  },
  'ends after the step under way if it is interrupted': {
    lies: ({ abort }) => [onConfirm('mon-a', abort)],
    ...{ hosts: 'changed skipped changed', steps: changed('mon-a'), says: [left] },
  },
  'has its way back wait for nothing that is not sent yet': {
    ...{ restarts: true, hosts: 'rolled-back skipped ok', steps: ['mon-a change', 'mon-a undo'] },
    lies: ({ asked }) => {
      const isBegun = () => asked().asked.get('mon-a')?.includes('change') ?? false
      const body = (path: string) => (path === '/metrics' ? queue(isBegun() ? 100 : 1) : undefined)
      return [startFails('mon-a', 'prometheus'), { host: 'mon-a', body }]
    },
    says: [/step start failed$/, left],
  },
  'keeps the last replica that serves at the very moment of its turn': {
    ...{ restarts: true, hosts: 'changed skipped ok', steps: changed('mon-a') },
    lies: ({ asked }) => {
      // It serves only between its change and its confirmation.
      const serves = () => {
        const scripts = asked().asked.get('mon-a') ?? []
        return scripts.includes('change') && !scripts.includes('confirm')
      }
      const body = (path: string) => (path === '/-/ready' && !serves() ? 503 : undefined)
      return [{ host: 'mon-a', body }]
    },
    says: [/^prometheus would be restarted, and no other \S+ of cell eu serves now$/],
  },
}

describe('a cell', () => {
  let fleet: Fleet
  before(async () => {
    fleet = await startFleet(inventory)
  })
  after(() => fleet.close())

  for (const [title, row] of Object.entries(rows)) {
    it(title, async () => {
      const interrupt = new AbortController()
      const lies = row.lies?.({ asked: () => asked, abort: () => interrupt.abort() }) ?? []
      const asked: Asked = fleet.request(
        lies,
        {
          selection: select(fleet.inventory, row.restarts ? { only: ['prometheus'] } : {}),
          signal: interrupt.signal,
          // What is proven afterwards is another test's.
          emit: event => {
            if (event.type === 'stage-end' && event.stage === 'change') interrupt.abort()
          },
        },
        row.restarts,
      )
      const outcome = await apply(asked.request)
      const problems = outcome.hosts.flatMap(host => host.problems)
      assert.equal(outcome.hosts.map(({ status }) => status).join(' '), row.hosts, JSON.stringify(problems))
      assert.deepEqual(stepsOf(asked), row.steps)
      toldAs(outcome, row.says ?? [])
    }).timeout(20_000)
  }
})

describe('a pair with a sink of the user that is down', () => {
  it('is told so before anything is changed, and asked again before the step', async () => {
    const fleet = await startFleet(inventory)
    const order: string[] = []
    const body = (path: string) => {
      // Without targets it soaks for a shorter time.
      if (path.startsWith('/api/v1/targets')) return JSON.stringify({ data: { activeTargets: [] } })
      if (path !== '/metrics') return undefined
      if (!asked.asked.get('mon-a')?.includes('change')) order.push('is asked')
      return queue(Date.now() / 1000 - 1_700_000_000)
    }
    const interrupt = new AbortController()
    const asked: Asked = fleet.request(
      [{ host: 'mon-a', body }],
      {
        selection: select(fleet.inventory, { limit: 'mon-a', only: ['prometheus'] }),
        signal: interrupt.signal,
        // To see that a sink takes nothing takes ten seconds, and the soak takes eight.
        clockOf: fastClock,
        emit(event) {
          if (event.type === 'problem') order.push(`${event.problem.host} ${event.problem.code}`)
          if (event.type === 'stage-begin' && event.stage === 'change') order.push('changes')
          if (event.type === 'stage-end' && event.stage === 'change') interrupt.abort()
        },
      },
      true,
    )
    const { hosts } = await apply(asked.request).finally(fleet.close)
    assert.equal(hosts.map(({ status }) => status).join(' '), 'changed')
    const told = order.filter((one, index) => one !== order[index - 1])
    assert.deepEqual(told, ['is asked', 'mon-a backlog.own-down', 'changes', 'is asked'])
    assert.deepEqual(stepsOf(asked), changed('mon-a'))
  }).timeout(20_000)
})

function toldAs({ hosts }: RunOutcome, says: readonly RegExp[]): void {
  const told = hosts.flatMap(({ host, problems }) => problems.map(one => ({ ...one, of: host })))
  const summaries = told.map(({ summary }) => summary)
  assert.equal(summaries.length, says.length, summaries.join('\n'))
  for (const said of says)
    assert.ok(
      summaries.some(summary => said.test(summary)),
      `${said}: ${summaries.join('\n')}`,
    )
  for (const { host, of: whose, remedy } of told) assert.ok(host === whose && remedy)
}

/** What was sent to Prometheus and changes something: `mon-a change`. */
function stepsOf({ sent }: Asked): readonly string[] {
  return sent
    .filter(
      ({ sent: { kind, script } }) =>
        ['change', 'confirm', 'undo'].includes(kind) && script.includes('/staging/prometheus'),
    )
    .map(({ host, sent: { kind } }) => `${host} ${kind}`)
}
