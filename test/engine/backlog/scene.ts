/** A cell with a store, and what its replicas say of their queues while a made-up clock runs. */
import { followBacklogs, foretellBacklogs } from '../../../src/engine/backlog/backlog.ts'
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
export const config = (region: string) => `global: { external_labels: { region: ${region} } }\n`

/** Seconds by which each queue is behind; absent: it has sent nothing. */
export type Lags = Readonly<Record<string, number | undefined>>

function metricsOf(second: number, { started, loaded }: Beginnings, lags: Lags): string {
  const newest = begun + second
  const queues = Object.entries(lags).flatMap(([name, lag]) => {
    const labels = `{remote_name="${name}",url="http://192.0.2.9:8428/"}`
    return [
      `${prefix}_samples_failed_total${labels} 0`,
      `${prefix}_samples_pending${labels} 100`,
      `${prefix}_queue_highest_sent_timestamp_seconds${labels} ${lag === undefined ? 0 : newest - lag}`,
      `${prefix}_bytes_total${labels} ${lag === undefined ? 0 : newest - lag}`,
    ]
  })
  const head = [
    `process_start_time_seconds ${begun + started}`,
    `prometheus_config_last_reload_success_timestamp_seconds ${begun + loaded}`,
    `${prefix}_highest_timestamp_in_seconds ${newest}`,
  ]
  return [...head, ...queues, ''].join('\n')
}

/** In seconds after the first look. */
interface Beginnings {
  readonly started: number
  readonly loaded: number
}

export const longAgo = -3_600

interface Parts {
  readonly action?: Action
  readonly allowOutage?: boolean
  /** What lies on the hosts and what is to; absent: the config stays. */
  readonly config?: readonly [before: string, after: string]
  /** Of a host, so many seconds after the start; undefined: it does not listen. */
  readonly lags: (host: string, second: number) => Lags | undefined
  /** When a replica was started, in seconds after the first look. */
  readonly started?: (host: string) => number
  /** When it has loaded its config last. */
  readonly loaded?: (host: string) => number
  /** The store's program is to be restarted before the replicas are. */
  readonly changesStore?: true
}

/** A cell with one store of two members, of which both replicas are to change. */
export function sceneOf({
  action = 'restart',
  allowOutage = false,
  config,
  lags,
  started = () => longAgo,
  loaded = started,
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
    stores: [{ store: 'victoriametrics', component: 'node_exporter', writers: [] }],
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
      return {
        status: path === '/metrics' ? 200 : 404,
        body: metricsOf(time / 1000, { started: started(host), loaded: loaded(host) }, found),
      }
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
    foretold: async () =>
      (await foretellBacklogs(context, clock)).map(
        ({ severity, code, host }) => `${host} ${severity} ${code}`,
      ),
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

export const even = { 'vm-a': 2, 'vm-b': 2 }
