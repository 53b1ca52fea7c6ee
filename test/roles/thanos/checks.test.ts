import assert from 'node:assert/strict'
import type { Answer } from '../../../src/shell/host/ask.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import type { VerifyInput } from '../../../src/verify/input.ts'
import { AskError, type Check } from '../../../src/verify/model.ts'
import { statusRows } from '../../../src/verify/status.ts'
import { proveSite } from '../../../src/verify/verify.ts'
import { read } from '../../inventory/harness.ts'
import { silentHosts } from '../../verify/judged.ts'
import { healthyFacts } from '../../verify/stage.ts'
import { thanosSite } from './site.ts'

const now = Date.UTC(2026, 11, 1, 12, 0, 0) / 1000
const ports: Readonly<Record<number, string>> = { 10902: 'sidecar', 10903: 'query' }

interface Site {
  readonly stores?: unknown
  readonly each?: readonly Readonly<Record<string, string>>[]
  readonly merged?: readonly Readonly<Record<string, string>>[]
  /** Seconds before now, of all series. */
  readonly ages?: readonly number[]
  readonly metrics?: string
  readonly silent?: string
}

const endpoint = (address: string, lastError: string | null = null) => ({
  name: `${address}:10901`,
  lastCheck: '2026-12-01T12:00:00Z',
  lastError,
  labelSets: [{ cell: 'eu' }],
})
const bothEndpoints = { sidecar: [endpoint('198.18.0.11'), endpoint('198.18.0.12')] }
const instances = ['mon-a:9090', 'mon-b:9090']
const eachOf = (names: readonly string[]) =>
  names.flatMap(replica => instances.map(instance => ({ instance, prometheus_replica: replica })))
const mergedOnce = instances.map(instance => ({ instance }))
const everyMinute = Array.from({ length: 30 }, (_, index) => 1750 - index * 60)

function bodyOf(site: Site, path: string): string | undefined {
  const url = new URL(path, 'http://query')
  const data = (result: unknown) => JSON.stringify({ status: 'success', data: { result } })
  if (url.pathname === '/-/ready') return 'OK'
  if (url.pathname === '/metrics') return site.metrics ?? 'thanos_build_info{version="0.42.4"} 1\n'
  if (url.pathname === '/api/v1/stores')
    return JSON.stringify({ status: 'success', data: site.stores ?? bothEndpoints })
  const query = url.searchParams.get('query') ?? ''
  if (query === 'time()') return data([now, String(now)])
  if (!query.startsWith('up{job="prometheus",cell="eu"}')) return undefined
  if (query.endsWith('[3600s]')) {
    const values = (site.ages ?? everyMinute).map(age => [now - age, '1'])
    return data(mergedOnce.map(metric => ({ metric: { __name__: 'up', ...metric }, values })))
  }
  const series = url.searchParams.get('dedup') === 'true' ? site.merged : site.each
  const usual = url.searchParams.get('dedup') === 'true' ? mergedOnce : eachOf(['a', 'b'])
  return data((series ?? usual).map(metric => ({ metric, value: [now, '1'] })))
}

async function inputOf(site: Site, text = thanosSite('{ query: [st-a, st-b] }')): Promise<VerifyInput> {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  return {
    topology: buildTopology(inventory),
    hosts: new Set(['mon-a', 'mon-b', 'st-a', 'st-b']),
    components: new Set(['thanos_sidecar', 'thanos_query']),
    unreachable: new Map(),
    facts: () => healthyFacts,
    ask: async (host, _, port, path): Promise<Answer> => {
      assert.ok(ports[port], `${host} was asked at ${port}`)
      const body = site.silent === host ? undefined : bodyOf(site, path)
      if (body === undefined) throw new AskError('refused', `nothing listens on ${host}`)
      return { status: 200, body }
    },
    askHost: silentHosts,
    patience: 0,
    onCheck: () => {},
    signal: new AbortController().signal,
  }
}

async function verified(site: Site) {
  const said = ({ id, target, status, detail }: Check) => `${status} ${id} ${target}: ${detail}`
  return (await proveSite(await inputOf(site))).map(said)
}

const failed = (checks: readonly string[], of: string) => checks.filter(one => one.startsWith(`fail ${of} `))

describe('verify of Thanos', () => {
  it('proves that all are ready, and that each query has the data of every replica once and whole', async () => {
    const query = (host: string) => [
      `pass thanos.endpoints ${host}/thanos_query: asks all 2 endpoints`,
      `pass storage.one_copy ${host}/thanos_query: 2 series that all replicas scrape are there once, and once each from a and b`,
      `pass storage.complete ${host}/thanos_query: largest step 60.0 s`,
    ]
    assert.deepEqual(await verified({}), [
      'pass storage.ready mon-a/thanos_sidecar: ready',
      'pass storage.ready mon-b/thanos_sidecar: ready',
      'pass storage.ready st-a/thanos_query: ready',
      'pass storage.ready st-b/thanos_query: ready',
      ...query('st-a'),
      ...query('st-b'),
    ])
  })

  it('fails for an endpoint that a query has forgotten, or that failed', async () => {
    const forgotten = await verified({ stores: { sidecar: [endpoint('198.18.0.11')] } })
    assert.deepEqual(
      failed(forgotten, 'thanos.endpoints')[0]?.replace(/^.*?: /, ''),
      ['asks 1 of 2 endpoints; missing: thanos_sidecar on mon-b at 198.18.0.12:10901'][0],
    )
    const down = { sidecar: [endpoint('198.18.0.11'), endpoint('198.18.0.12', 'connection refused')] }
    assert.match(
      failed(await verified({ stores: down }), 'thanos.endpoints')[0] ?? '',
      /mon-b \(connection refused\)$/,
    )
    const other = { store: [endpoint('198.18.0.11')], sidecar: [endpoint('198.18.0.12')] }
    assert.deepEqual(failed(await verified({ stores: other }), 'thanos.endpoints'), [])
  })

  it('fails if a query asks nobody at all, although it is ready', async () => {
    const checks = await verified({ stores: {} })
    assert.equal(failed(checks, 'thanos.endpoints').length, 2)
    assert.deepEqual(failed(checks, 'storage.ready'), [])
  })

  it('fails if a replica is missing, if series are there twice, or if the replica label is shown', async () => {
    const missing = await verified({ each: eachOf(['a']) })
    assert.match(failed(missing, 'storage.one_copy')[0] ?? '', /no up of mon-a:9090 from replica b on mon-b$/)
    const thrice = await verified({ each: eachOf(['a', 'b', 'old']) })
    assert.match(
      failed(thrice, 'storage.one_copy')[0] ?? '',
      /has 3 series of up of mon-a:9090, and 2 replicas$/,
    )
    const twice = await verified({ merged: eachOf(['a', 'b']) })
    assert.match(failed(twice, 'storage.one_copy')[0] ?? '', /shows up of mon-a:9090 2 times$/)
    const labelled = await verified({ merged: eachOf(['a']) })
    assert.match(failed(labelled, 'storage.one_copy')[0] ?? '', /with the label prometheus_replica/)
  })

  it('allows three intervals between two samples, since a switch takes as long, and no more', async () => {
    const without = (...gone: readonly number[]) => everyMinute.filter((_, index) => !gone.includes(index))
    const three = await verified({ ages: without(20, 21) })
    assert.match(three.find(one => one.includes('storage.complete')) ?? '', /^pass .* largest step 180\.0 s$/)
    const four = await verified({ ages: without(20, 21, 22) })
    assert.match(failed(four, 'storage.complete')[0] ?? '', /for 240\.0 s from /)
  })

  it('says once that a query does not run', async () => {
    const checks = await verified({ silent: 'st-a' })
    assert.match(
      failed(checks, 'storage.ready').join(),
      /^fail storage\.ready st-a\/thanos_query: [^\n]*nothing listens on/,
    )
    assert.deepEqual(failed(checks, 'storage.ready').length, 1)
  })

  it('has a line of status for each, with its version', async () => {
    const rows = await statusRows({ ...(await inputOf({})), facts: () => healthyFacts })
    assert.deepEqual(
      rows.map(({ host, component, version, health }) => `${host} ${component} ${version} ${health}`),
      [
        'mon-a thanos_sidecar 0.42.4 ready',
        'mon-b thanos_sidecar 0.42.4 ready',
        'st-a thanos_query 0.42.4 ready',
        'st-b thanos_query 0.42.4 ready',
      ],
    )
  })
})
