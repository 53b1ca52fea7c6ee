import assert from 'node:assert/strict'
import { followBacklogs } from '../../../src/engine/backlog/backlog.ts'
import type { LockedContext } from '../../../src/engine/context.ts'
import type { Event } from '../../../src/engine/event.ts'
import type { Action, InstancePlan } from '../../../src/plan/model.ts'
import type { FileResource } from '../../../src/resource/model.ts'
import { AskError } from '../../../src/verify/model.ts'
import { fakeConnection } from '../../support/fake-connection.ts'
import { planOf } from '../plans.ts'
import { contextOf, runOf } from '../runs.ts'

const begun = 1_800_000_000
const prefix = 'prometheus_remote_storage'
const configPath = '/etc/prometheus/prometheus.yml'
const config = (region: string) => `global: { external_labels: { region: ${region} } }\n`

/** Seconds by which each queue is behind; absent: it has sent nothing. */
type Lags = Readonly<Record<string, number | undefined>>

function metricsOf(second: number, started: number, lags: Lags): string {
  const newest = begun + second
  const queues = Object.entries(lags).flatMap(([name, lag]) => {
    const labels = `{remote_name="${name}",url="http://192.0.2.9:8428/"}`
    return [
      `${prefix}_samples_failed_total${labels} 0`,
      `${prefix}_queue_highest_sent_timestamp_seconds${labels} ${lag === undefined ? 0 : newest - lag}`,
    ]
  })
  const head = [
    `process_start_time_seconds ${begun + started}`,
    `${prefix}_highest_timestamp_in_seconds ${newest}`,
  ]
  return [...head, ...queues, ''].join('\n')
}

interface Parts {
  readonly action?: Action
  readonly allowOutage?: boolean
  /** What lies on the hosts and what is to; absent: the config stays. */
  readonly config?: readonly [before: string, after: string]
  /** Of a host, so many seconds after the start; undefined: it does not listen. */
  readonly lags: (host: string, second: number) => Lags | undefined
  /** When a replica was started, in seconds after the first look. */
  readonly started?: (host: string) => number
  /** The store's program is to be restarted before the replicas are. */
  readonly changesStore?: true
}

/** A cell with one store of two members, of which both replicas are to change. */
function sceneOf({
  action = 'restart',
  allowOutage = false,
  config,
  lags,
  started = () => -3_600,
  changesStore,
}: Parts) {
  let time = 0
  const clock = {
    now: () => time,
    pause: async (milliseconds: number) => {
      time += milliseconds
    },
  }
  const events: Event[] = []
  const member = (host: string, port: number) => ({
    ...{ host, address: `net-${host}`, port, local: { address: '127.0.0.1', port } },
  })
  const sink = (name: string) => ({
    name,
    store: 'eu',
    kind: 'victoriametrics',
    member: name,
    url: '',
    entry: {},
  })
  const cell = {
    name: 'eu',
    replicas: ['mon-a', 'mon-b'].map(host => member(host, 9090)),
    sinks: [sink('vm-a'), sink('vm-b')],
    stores: [{ store: 'victoriametrics', component: 'node_exporter' }],
    ...{ peers: [], exporters: [], pushgateways: [], probers: [], grafanas: [] },
    ...{ movingAddresses: [], proxies: [] },
  }
  const plans = ['mon-a', 'mon-b'].map(host => planFor(host, action, config?.[1]))
  const content = Buffer.from(config?.[0] ?? '').toString('base64')
  const runs = plans.map(plan => {
    const connection = fakeConnection(plan.instance.host, {
      preflight: ({ mark }) => ({
        stdout: `${mark} ports\n${mark} room\n${mark} content 0\n${content}\n${mark} ways\n${mark} end\n`,
      }),
    })
    const { host } = plan.instance
    const store = changesStore ? [planOf(host, 'node_exporter', { action: 'restart' })] : []
    return runOf(host, { plan: [...store, plan], connection })
  })
  const asked: string[] = []
  const context: LockedContext = contextOf(runs, {
    request: { allowOutage, emit: event => void events.push(event) },
    prepared: { topology: { cells: [cell] }, inventory: { hosts: [] } },
    async ask(host, _address, _port, path) {
      asked.push(host)
      const found = lags(host, time / 1000)
      if (found === undefined) throw new AskError('refused', 'nothing listens')
      return { status: path === '/metrics' ? 200 : 404, body: metricsOf(time / 1000, started(host), found) }
    },
  })
  const warnings = () =>
    events.flatMap(event => (event.type === 'problem' ? [`${event.problem.host} ${event.problem.code}`] : []))
  const [a, b] = plans as [InstancePlan, InstancePlan]
  return {
    a,
    b,
    asked,
    backlogs: followBacklogs(context, clock),
    events,
    warnings,
    seconds: () => Math.round(time / 1000),
  }
}

function planFor(host: string, action: Action, after: string | undefined): InstancePlan {
  const plan = planOf(host, 'prometheus', { action })
  if (after === undefined) return plan
  const file: FileResource = {
    ...{ kind: 'file', path: configPath, content: after, owner: 'root', group: 'prometheus', mode: 0o640 },
    effect: 'reload',
  }
  const instance = { ...plan.instance, resources: [file, ...plan.instance.resources] }
  return { ...plan, instance, renewed: new Set([`file:${configPath}`]) }
}

const even = { 'vm-a': 2, 'vm-b': 2 }

describe('the backlog of a replica that is restarted', () => {
  it('is waited for before anything is changed, and told meanwhile', async () => {
    const scene = sceneOf({
      lags: (host, second) => (host === 'mon-b' && second < 40 ? { 'vm-a': 2, 'vm-b': 90 - second } : even),
    })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.ok(scene.seconds() >= 40 && scene.seconds() < 45, `${scene.seconds()}`)
    assert.deepEqual(scene.warnings(), [])
    const notes = scene.events.flatMap(event =>
      event.type === 'waiting' ? [`${event.host}: ${event.note}`] : [],
    )
    assert.ok(
      notes.includes('mon-b: waits until its samples are sent: victoriametrics on vm-b (about 90 s behind)'),
      notes.join('\n'),
    )
  })

  it('is nothing to wait for at a start, nor at a reload that changes neither remote write nor labels', async () => {
    const lags = () => ({ 'vm-a': 90, 'vm-b': 90 })
    for (const parts of [{ action: 'start' }, { action: 'reload' }] as const)
      assert.deepEqual(await sceneOf({ ...parts, lags }).backlogs.first(), [])
    const plain = sceneOf({
      action: 'reload',
      config: [`${config('x')}a: 1\n`, `${config('x')}a: 2\n`],
      lags,
    })
    assert.deepEqual(await plain.backlogs.first(), [])
    assert.deepEqual([await plain.backlogs.before(plain.a), plain.asked], [undefined, []])
  })

  it('is waited for at a reload that changes the labels of all samples', async () => {
    const scene = sceneOf({
      ...{ action: 'reload', config: [config('x'), config('y')] },
      lags: (_, second) => ({ 'vm-a': second < 30 ? 30 : 1, 'vm-b': 1 }),
    })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.ok(scene.seconds() >= 30, `${scene.seconds()}`)
  })

  it('is nothing to wait for if the replica does not run', async () => {
    const scene = sceneOf({ lags: () => undefined })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.deepEqual([scene.warnings(), scene.seconds()], [[], 0])
  })

  it('stops the run before any change if no member of the store takes samples', async () => {
    const lags = (_: string, second: number) => ({ 'vm-a': 500 + second, 'vm-b': 400 + second })
    const problems = await sceneOf({ lags }).backlogs.first()
    assert.deepEqual(
      problems.map(({ code, host }) => `${host} ${code}`),
      ['mon-a backlog.store-down', 'mon-b backlog.store-down'],
    )
    const allowed = sceneOf({ lags, allowOutage: true })
    assert.deepEqual(await allowed.backlogs.first(), [])
    assert.equal(await allowed.backlogs.before(allowed.a), undefined)
    // Each is told once, though it is found again right before the step.
    assert.deepEqual(allowed.warnings(), [
      'mon-a backlog.store-down-accepted',
      'mon-b backlog.store-down-accepted',
    ])
  })

  it('is left to its step if the store is changed before, which may be what brings it back', async () => {
    const lags = (_: string, second: number) => ({ 'vm-a': 500 + second, 'vm-b': 400 + second })
    const scene = sceneOf({ lags, changesStore: true })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.equal(scene.seconds(), 0)
    assert.equal((await scene.backlogs.before(scene.a))?.code, 'backlog.store-down')
  })

  it('stops the run before any change if it is not sent within five minutes', async () => {
    const scene = sceneOf({ lags: (_, second) => ({ 'vm-a': 2, 'vm-b': 90 - second / 10 }) })
    const [problem, ...more] = await scene.backlogs.first()
    assert.deepEqual([problem?.code, more.length], ['backlog.not-caught-up', 1])
    assert.ok(scene.seconds() >= 300 && scene.seconds() < 305, `${scene.seconds()}`)
  })

  it('is waited for again right before its step', async () => {
    const scene = sceneOf({
      lags: (host, second) =>
        host === 'mon-a' && second > 20 && second < 50 ? { 'vm-a': 2, 'vm-b': second } : even,
    })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.equal(await scene.backlogs.before(scene.a), undefined)
    const before = scene.seconds()
    assert.ok(before < 20, `${before}`)
  })

  it('waits until the replica that was changed before sends again, and not for a sink that is down', async () => {
    const lags = (host: string, second: number): Lags => {
      const first = { 'vm-a': second < 60 ? undefined : 2, 'vm-b': second < 12 ? 2 + second : undefined }
      return host === 'mon-a' ? first : { 'vm-a': 2, 'vm-b': 300 + second }
    }
    const scene = sceneOf({ lags, started: host => (host === 'mon-a' ? 5 : -3_600) })
    assert.equal(await scene.backlogs.before(scene.b), undefined)
    assert.ok(scene.seconds() >= 125 && scene.seconds() < 150, `${scene.seconds()}`)
    assert.deepEqual(scene.warnings(), ['mon-b backlog.member-down'])
  })

  it('stops a step if the replica that was changed before does not send again', async () => {
    const lags = (host: string, second: number) =>
      host === 'mon-b' ? even : { 'vm-a': 2, 'vm-b': second - second / 1000 }
    const scene = sceneOf({ lags, started: host => (host === 'mon-a' ? 1 : -3_600) })
    const problem = await scene.backlogs.before(scene.b)
    assert.equal(problem?.code, 'backlog.peer-not-sending')
    assert.match(problem?.summary ?? '', /prometheus on mon-a has sent victoriametrics on vm-b no sample/)
    assert.equal(problem?.host, 'mon-b')
    const accepted = sceneOf({ lags, started: host => (host === 'mon-a' ? 1 : -3_600), allowOutage: true })
    assert.equal(await accepted.backlogs.before(accepted.b), undefined)
  })

  it('is told as unknown if a replica with a store does not answer', async () => {
    const scene = sceneOf({ lags: even as never })
    assert.deepEqual(await scene.backlogs.first(), [])
    assert.deepEqual(scene.warnings(), ['mon-a backlog.unknown', 'mon-b backlog.unknown'])
  })
})
