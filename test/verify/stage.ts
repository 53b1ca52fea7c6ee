/** A pair as it was recorded from real programs on loopback, with room to change single answers. */
import { readFileSync } from 'node:fs'
import { failureCounts } from '../../roles/alertmanager/checks/notifications.ts'
import type { Component } from '../../src/inventory/model.ts'
import type { Answer } from '../../src/shell/host/ask.ts'
import type { CellTopology, Member, Topology } from '../../src/topology/model.ts'
import type { ServiceFacts, VerifyInput } from '../../src/verify/input.ts'
import { AskError, type Check } from '../../src/verify/model.ts'
import { silentHosts } from './judged.ts'

export const recordings = [
  { version: '2.42', base: 29090, scrapedAt: '2.42.0+ds', alertmanager: '0.25.0', node: '1.5.0' },
  { version: '3.5', base: 29290, scrapedAt: '3.5.3+ds1', alertmanager: '0.33.1', node: '1.11.1' },
] as const
export type Recording = (typeof recordings)[number]

interface Recorded {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into other programs' answers to change them
  body: any
  refused?: boolean
}
export type Answers = Record<string, Recorded>

/** Keys are `HOST/COMPONENT PATH`, without the query of /api/v1/query. */
export function recorded({ version }: Recording, scene = ''): Answers {
  return JSON.parse(
    readFileSync(new URL(`recorded/prometheus-${version}${scene}.json`, import.meta.url), 'utf8'),
  )
}

export function topologyOf({ base, version }: Recording): Topology {
  const member = (host: string, port: number): Member => ({
    host,
    address: '127.0.0.1',
    port,
    local: { address: '127.0.0.1', port },
  })
  const peer = (host: string, port: number, index: number) => ({
    ...member(host, port),
    peerName: `mon-${index}`,
    cluster: { address: '127.0.0.1', port: base + 20 + index },
    ...(version === '3.5' ? { advertise: { address: '127.0.0.1', port: base + 20 + index } } : {}),
  })
  const jobs = (
    [
      ['prometheus', ['mon-a', base], ['mon-b', base + 1]],
      ['alertmanager', ['mon-a', base + 3], ['mon-b', base + 4]],
      ['node', ['mon-a', base + 10]],
    ] as const
  ).map(([name, ...targets]) => ({
    name,
    targets: targets.map(([host, port]) => ({
      address: `127.0.0.1:${port}`,
      instance: `${host}:${port}`,
      labels: {},
    })),
  }))
  const cell: CellTopology = {
    name: 'lab',
    hosts: [],
    replicaLabel: 'prometheus_replica',
    replicas: [
      { ...member('mon-a', base), name: 'a' },
      { ...member('mon-b', base + 1), name: 'b' },
    ],
    peers: [peer('mon-a', base + 3, 1), peer('mon-b', base + 4, 2)],
    exporters: [
      {
        component: 'node_exporter',
        job: 'node',
        metricsPath: '/metrics',
        members: [member('mon-a', base + 10)],
      },
    ],
    ...{ pushgateways: [], probers: [], movingAddresses: [], proxies: [], firewallRules: [], peered: [] },
    ...{ grafanas: [], stores: [], sinks: [], storeDatasources: [] },
    fileTargets: [],
    jobs,
    externalLabels: {},
    alertRelabelConfigs: [],
  }
  return { cells: [cell] }
}

export const healthyFacts: ServiceFacts = {
  active: 'active',
  configHash: 'f00d',
  configTime: Date.parse('2026-11-22T12:50:40Z') / 1000,
  lastChange: 1_795_351_000,
}

export interface Stage {
  readonly input: VerifyInput
  /** Paths asked, in order. */
  readonly asked: string[]
  /** As told to onCheck. */
  readonly told: Check[]
}

/** Asks the answers, which may be changed between rounds. */
export function stage(recording: Recording, answers: Answers, changes: Partial<VerifyInput> = {}): Stage {
  const asked: string[] = []
  const told: Check[] = []
  const component = (port: number): Component => {
    const offset = port - recording.base
    return offset < 2 ? 'prometheus' : offset < 10 ? 'alertmanager' : 'node_exporter'
  }
  const input: VerifyInput = {
    topology: topologyOf(recording),
    hosts: new Set(['mon-a', 'mon-b']),
    components: new Set(['prometheus', 'alertmanager', 'node_exporter']),
    unreachable: new Map(),
    facts: () => healthyFacts,
    ask: async (host, _, port, path): Promise<Answer> => {
      const short = path.startsWith('/api/v1/query') ? '/api/v1/query' : path
      const key = `${host}/${component(port)} ${short}`
      // Recorded before there was that question: nothing had failed.
      if (path === failureCounts().path) return { status: 200, body: '{"data":{"result":[]}}' }
      asked.push(key)
      const answer = answers[key]
      if (!answer) throw new AskError('failed', `nothing was recorded for ${key}`)
      if (answer.refused) throw new AskError('refused', `nothing listens on 127.0.0.1:${port}`)
      return {
        status: answer.status,
        body: typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body),
      }
    },
    askHost: silentHosts,
    patience: 0,
    onCheck: check => told.push(check),
    signal: new AbortController().signal,
    ...changes,
  }
  return { input, asked, told }
}

/** `id target` → the check. */
export function byName(checks: readonly Check[]): Readonly<Record<string, Check>> {
  return Object.fromEntries(checks.map(check => [`${check.id} ${check.target}`, check]))
}
