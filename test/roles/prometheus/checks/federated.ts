/** Two cells, of which eu collects from us. */
import assert from 'node:assert/strict'
import { components } from '../../../../roles/index.ts'
import type { Component } from '../../../../src/inventory/model.ts'
import type { Answer } from '../../../../src/shell/host/ask.ts'
import { buildTopology } from '../../../../src/topology/build.ts'
import type { VerifyInput } from '../../../../src/verify/input.ts'
import { AskError, type Check } from '../../../../src/verify/model.ts'
import { proveSite } from '../../../../src/verify/verify.ts'
import { host, inventory, labCell, prometheusSettings } from '../../../topology/sample.ts'
import { silentHosts } from '../../../verify/judged.ts'
import { healthyFacts } from '../../../verify/stage.ts'

export const hosts = ['eu-a', 'eu-b', 'us-a', 'us-b'].map((name, index) =>
  host(name, `198.18.0.${index + 11}`),
)
export const cell = (name: string) => {
  const { alertmanager, exporters, ...rest } = labCell({
    name,
    hosts: [`${name}-a`, `${name}-b`],
    prometheus: prometheusSettings({
      replicas: ['a', 'b'].map(each => ({ name: each, host: `${name}-${each}` })),
      global: { scrape_interval: '15s' },
      replicaLabel: `${name}_replica`,
    }),
  })
  return rest
}
export const eu = { ...cell('eu'), federation: { from: ['us'], match: ['{__name__=~"job:.*"}', 'up'] } }
const topology = buildTopology(inventory([eu, cell('us')], { hosts }))

/** Series by selector, of which `now` and what it is called elsewhere are what each replica says of itself. */
type Counts = Readonly<Record<string, number>>
export interface Site {
  /** `COLLECTOR SOURCE` whose target is not up there, with its health. */
  readonly down?: Readonly<Record<string, string>>
  readonly counts?: Readonly<Record<string, Counts>>
  readonly silent?: readonly string[]
}

const healthy: Readonly<Record<string, Counts>> = {
  ...Object.fromEntries(
    ['eu-a', 'eu-b'].map(name => [name, { '0 all': 7, '0 fresh': 7, '1 all': 2, '1 fresh': 2 }]),
  ),
  ...Object.fromEntries(
    ['us-a', 'us-b'].map(name => [
      name,
      {
        ...{ '0 now': 7, '0 before': 7, '0 recent': 7, '0 seen': 7 },
        ...{ '1 now': 2, '1 before': 2, '1 recent': 2, '1 seen': 3 },
      },
    ]),
  ),
}

export async function ask(site: Site, name: string, path: string): Promise<Answer> {
  if (site.silent?.includes(name)) throw new AskError('refused', 'nothing listens')
  if (path === '/-/ready') return { status: 200, body: 'ready' }
  const url = new URL(path, 'http://x')
  if (url.pathname === '/api/v1/targets') {
    const sources = ['us-a', 'us-b'].filter(source => site.down?.[`${name} ${source}`] !== 'absent')
    const activeTargets = sources.map(source => ({
      labels: { job: 'federate', instance: `${source}:9090` },
      scrapePool: 'federate',
      lastError: 'connection refused',
      health: site.down?.[`${name} ${source}`] ?? 'up',
    }))
    return { status: 200, body: JSON.stringify({ data: { activeTargets } }) }
  }
  const counts = { ...healthy[name], ...site.counts?.[name] }
  const label = name.startsWith('eu') ? { cell: 'us' } : {}
  const query = url.searchParams.get('query') ?? ''
  const result = Object.entries(counts)
    .filter(([mark, count]) => count > 0 && query.includes(`"promha", "${mark}"`))
    .map(([promha, count]) => ({ metric: { ...label, promha }, value: [1, String(count)] }))
  return { status: 200, body: JSON.stringify({ data: { result } }) }
}

/** The check of that name. `asked` gets `HOST PATH` of what is asked. */
export async function checkedAs(
  name: string,
  site: Site,
  rest: Partial<VerifyInput> = {},
  asked: string[] = [],
): Promise<Check> {
  const checks = await proveSite({
    topology,
    hosts: new Set(hosts.map(({ name }) => name)),
    components: new Set<Component>(components),
    unreachable: new Map(),
    facts: () => healthyFacts,
    ask: (host, _, __, path) => {
      asked.push(`${host} ${path}`)
      return ask(site, host, path)
    },
    askHost: silentHosts,
    patience: 0,
    onCheck: () => {},
    signal: new AbortController().signal,
    ...rest,
  })
  return checks.find(({ id }) => id === name) ?? assert.fail()
}

export const onlyEu = new Set(['eu-a', 'eu-b'])
