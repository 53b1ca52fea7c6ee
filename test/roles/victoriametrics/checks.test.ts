import assert from 'node:assert/strict'
import { stores } from '../../../roles/storage/stores.ts'
import { checks as facet } from '../../../roles/victoriametrics/checks.ts'
import type { Answer } from '../../../src/shell/host/ask.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import type { VerifyInput } from '../../../src/verify/input.ts'
import { AskError, type Check } from '../../../src/verify/model.ts'
import { statusRows } from '../../../src/verify/status.ts'
import { proveSite } from '../../../src/verify/verify.ts'
import { read } from '../../inventory/harness.ts'
import { silentHosts } from '../../verify/judged.ts'
import { healthyFacts } from '../../verify/stage.ts'
import { storeSite, twoNodes } from './site.ts'

const now = Date.UTC(2026, 10, 30, 12, 0, 0)
const line = (metric: Record<string, string>, ages: readonly number[]) =>
  JSON.stringify({ metric, values: ages.map(() => 1), timestamps: ages.map(age => now - age * 1000) })
const ages = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((from - to) / step) + 1 }, (_, index) => from - index * step)
const up = (instance: string, of = ages(1750, 10, 60)) => line({ __name__: 'up', instance }, of)
const mark = (writer: string, of = ages(1750, 5, 5)) => line({ __name__: 'promha_writer', writer }, of)

interface Site {
  readonly export?: Readonly<Record<string, readonly string[]>>
  readonly metrics?: string
  readonly silent?: string
}
const whole = [up('mon-a:9090'), up('mon-b:9090'), mark('a'), mark('b')]
const metrics = [
  'vm_app_version{version="x", short_version="v1.151.0"} 1',
  'vm_storage_is_read_only{path="/d"} 0',
  'vm_free_disk_space_bytes{path="/d"} 5e9',
  'vm_data_size_bytes{type="storage/big"} 1e9\n',
].join('\n')

function bodyOf(site: Site, host: string, path: string): string | undefined {
  if (path === '/health') return 'OK'
  if (path === '/metrics') return site.metrics ?? metrics
  if (path.startsWith('/api/v1/export?')) {
    const [, cell] = /cell="(\w+)"/.exec(decodeURIComponent(path)) ?? []
    return (site.export?.[`${host} ${cell}`] ?? site.export?.[host] ?? whole).join('\n')
  }
  if (path.startsWith('/api/v1/query?'))
    return JSON.stringify({ data: { result: [{ metric: {}, value: [now / 1000, '1'] }] } })
  return undefined
}

async function inputOf(site: Site, rest: Partial<VerifyInput>, text = storeSite(twoNodes)) {
  const { inventory, problems } = await read(text)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const asked: string[] = []
  const input: VerifyInput = {
    topology: buildTopology(inventory),
    hosts: new Set(['mon-a', 'mon-b', 'vm-a', 'vm-b']),
    components: new Set(['victoriametrics']),
    unreachable: new Map(),
    facts: () => healthyFacts,
    ask: async (host, _, port, path): Promise<Answer> => {
      asked.push(`${host}:${port} ${path}`)
      const body = site.silent === host ? undefined : bodyOf(site, host, path)
      if (body === undefined) throw new AskError('refused', `nothing listens on ${host}`)
      return { status: 200, body }
    },
    askHost: silentHosts,
    patience: 0,
    onCheck: () => {},
    signal: new AbortController().signal,
    ...rest,
  }
  return { input, asked }
}

async function verified(site: Site, rest: Partial<VerifyInput> = {}, text?: string) {
  const { input, asked } = await inputOf(site, rest, text)
  const said = ({ id, target, status, detail }: Check) => `${status} ${id} ${target}: ${detail}`
  return { checks: (await proveSite(input)).map(said), asked }
}

describe('verify of VictoriaMetrics', () => {
  it('proves that each node is ready and holds all once, and that both together have no hole', async () => {
    const { checks, asked } = await verified({})
    assert.deepEqual(checks, [
      'pass storage.ready vm-a/victoriametrics: ready, 5.0 GB free',
      'pass storage.ready vm-b/victoriametrics: ready, 5.0 GB free',
      ...['vm-a', 'vm-b'].map(
        host =>
          `pass storage.one_copy ${host}/victoriametrics: 2 series that all replicas push are there once, 60 samples, fed by a and b`,
      ),
      'pass storage.complete eu: largest step 60.0 s',
    ])
    const paths = asked.filter(one => one.startsWith('vm-a:8428 ')).map(one => decodeURIComponent(one))
    assert.equal(paths.length, new Set(paths).size)
    assert.ok(
      paths.includes(
        'vm-a:8428 /api/v1/export?match[]=up{job="prometheus",cell="eu"}&match[]=promha_writer{cell="eu"}&start=-3600s',
      ),
    )
  })

  it('sees that a replica stopped feeding one of the nodes', async () => {
    const fed = [up('mon-a:9090'), up('mon-b:9090'), mark('a'), mark('b', ages(1750, 95, 5))]
    const { checks } = await verified({ export: { 'vm-b': fed } })
    assert.deepEqual(
      checks.filter(one => !one.startsWith('pass')),
      [
        'fail storage.one_copy vm-b/victoriametrics: vm-b is not fed by all replicas: b has written nothing for 95 s',
      ],
    )
  })

  it('tells a hole of one node apart, and does not call a store incomplete of which a node is silent', async () => {
    const holed = ages(1750, 10, 60).filter(age => age > 400 || age < 200)
    const one = [up('mon-a:9090', holed), up('mon-b:9090', holed), mark('a'), mark('b')]
    const complete = async (site: Site) =>
      (await verified(site)).checks.find(said => said.includes('storage.complete'))
    assert.match(
      (await complete({ export: { 'vm-b': one } })) ?? '',
      /^warn .* vm-b lacks 240\.0 s from 11:52:50 UTC, which another member has$/,
    )
    assert.match((await complete({ export: { 'vm-a': one, 'vm-b': one } })) ?? '', /^fail /)
    assert.match(
      (await complete({ export: { 'vm-b': one }, silent: 'vm-a' })) ?? '',
      /^warn .*, by 1 of 2 members$/,
    )
  })

  it('asks only whether a node is ready where no replica of the cell writes to it', async () => {
    const alone = storeSite(twoNodes).replace(/ {4}prometheus:[\s\S]*?(?= {4}storage:)/, '')
    const { checks } = await verified({}, {}, alone)
    assert.deepEqual(
      checks.map(said => said.split(' ')[1]),
      ['storage.ready', 'storage.ready'],
    )
  })

  it('proves a shared store for each cell that writes to it', async () => {
    const cell = (name: string, a: string, b: string) =>
      `  ${name}:\n    hosts: [${a}, ${b}]\n    prometheus: { replicas: { a: ${a}, b: ${b} }, alertmanagers: [] }\n    storage: { cell: central }\n`
    const [head = ''] = storeSite(twoNodes).replace('vm.example.net', '198.18.0.16').split('cells:')
    const central = `  central:\n    hosts: [vm-a, vm-b]\n    storage: { victoriametrics: ${twoNodes} }\n`
    const text = `${head}cells:\n${cell('eu', 'mon-a', 'mon-b')}${cell('us', 'vm-c', 'named')}${central}`
    const ofUs = [up('vm-c:9090'), up('named:9090'), mark('a')]
    const { checks } = await verified({ export: { 'vm-a us': ofUs, 'vm-b us': ofUs } }, {}, text)
    const copies = '2 series that all replicas push are there once, 60 samples, fed by a and b'
    const silent = 'is not fed by all replicas: b has written nothing within an hour'
    assert.deepEqual(checks.slice(2), [
      `pass storage.one_copy vm-a/victoriametrics of cell eu: ${copies}`,
      `pass storage.one_copy vm-b/victoriametrics of cell eu: ${copies}`,
      'pass storage.complete eu: largest step 60.0 s',
      `fail storage.one_copy vm-a/victoriametrics of cell us: vm-a ${silent}`,
      `fail storage.one_copy vm-b/victoriametrics of cell us: vm-b ${silent}`,
      'pass storage.complete us: largest step 60.0 s',
    ])
  })

  it('leaves out what was not chosen, and waits for no replica that is stopped', async () => {
    const none = await verified({}, { components: new Set(['prometheus']) })
    assert.ok(!none.checks.some(said => said.includes('storage.')))
    const stopped = { ...healthyFacts, active: 'inactive' }
    const { input } = await inputOf(
      { export: { 'vm-a': [up('mon-a:9090'), up('mon-b:9090'), mark('a')] } },
      {
        hosts: new Set(['vm-a']),
        facts: host => (host === 'mon-b' ? stopped : healthyFacts),
        patience: 60_000,
      },
    )
    const failed = (await proveSite(input)).find(({ status }) => status === 'fail')
    assert.equal(failed?.id, 'storage.one_copy')
  })
})

describe('status of VictoriaMetrics', () => {
  it('has the version, and says that a node is read-only', async () => {
    const rows = async (site: Site) => statusRows((await inputOf(site, {})).input)
    assert.deepEqual(
      (await rows({})).map(({ host, version, health, note }) => [host, version, health, note]),
      ['vm-a', 'vm-b'].map(host => [host, '1.151.0', 'ready', '']),
    )
    const [row] = await rows({ metrics: metrics.replace('only{path="/d"} 0', 'only{path="/d"} 1') })
    assert.deepEqual(
      [row?.health, row?.note],
      ['not ready', 'read-only, since its disk is full (5.0 GB free)'],
    )
  })

  it('has the version that promha installed, of a build that tells none', async () => {
    const { input } = await inputOf(
      { metrics: metrics.replace('v1.151.0', '') },
      { facts: () => ({ ...healthyFacts, version: '1.145.0' }) },
    )
    assert.deepEqual(
      (await statusRows(input)).map(({ version }) => version),
      ['1.145.0', '1.145.0'],
    )
  })

  it('is there for every store that has checks', () => {
    assert.ok(facet.rows)
    for (const { components } of stores)
      for (const { readyCheck } of components) assert.equal(readyCheck, 'storage.ready')
  })
})
