/** What verify and the gates say of M3DB and its etcd, by answers in the form of 1.5.0 and 3.5.30. */
import assert from 'node:assert/strict'
import { checks as ofNodes } from '../../../roles/m3db/checks.ts'
import { checks as ofEtcd } from '../../../roles/m3db/etcd/checks.ts'
import type { Answer } from '../../../src/shell/host/ask.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { getFrom } from '../../../src/verify/ask/get.ts'
import { AskError, type Check } from '../../../src/verify/model.ts'
import { proveSite } from '../../../src/verify/verify.ts'
import { read } from '../../inventory/harness.ts'
import { silentHosts } from '../../verify/judged.ts'
import { healthyFacts } from '../../verify/stage.ts'
import { m3dbSite } from './site.ts'

const now = Date.UTC(2026, 11, 1, 1, 44, 30)
const hosts = ['m1', 'm2', 'm3']
const ages = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((from - to) / step) + 1 }, (_, index) => from - index * step)
const series = (metric: Record<string, string>, of: readonly number[]) => ({
  metric,
  values: of.map(age => [now / 1000 - age, '1']),
})
const up = (instance: string, of = ages(1800, 75, 15), more = {}) =>
  series({ __name__: 'up', job: 'prometheus', instance, ...more }, of)
const mark = (writer: string, last = 75) =>
  series({ __name__: 'promha_writer', writer }, ages(1800, last, 15))
const instances = (states: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(states).map(([id, state]) => [id, { id, shards: [{ id: 0, state }] }]))
const whole = { m1: 'AVAILABLE', m2: 'AVAILABLE', m3: 'AVAILABLE' }

interface Seen {
  readonly held?: readonly object[]
  readonly placed?: Readonly<Record<string, string>>
  readonly retention?: string
  readonly takes?: boolean
  readonly bootstrapped?: boolean
  readonly etcd?: number
  readonly founded?: boolean
}

function answerOf(seen: Seen, port: number, path: string, policy: string | undefined): Answer {
  const ok = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) })
  if (port === 2381) return path === '/health' ? { status: seen.etcd ?? 200, body: '{}' } : ok({})
  if (port === 9002) return ok({ ok: true, bootstrapped: seen.bootstrapped ?? true })
  if (path === '/health') return ok({ uptime: '1s' })
  const attributes = {
    ...{ metricsType: 'aggregated', retention: seen.retention ?? '8760h0m0s', resolution: '15s' },
  }
  if (path === '/ready')
    return ok(seen.takes === false ? {} : { readyWrites: [{ id: 'aggregated', attributes }] })
  if (path.endsWith('/placement')) return ok({ placement: { instances: instances(seen.placed ?? whole) } })
  if (path.endsWith('/namespace')) {
    const options = { retentionOptions: { retentionPeriodNanos: '1' } }
    return ok({ registry: { namespaces: seen.founded === false ? {} : { aggregated: options } } })
  }
  const query = new URL(path, 'http://m1').searchParams.get('query') ?? ''
  if (query === 'time()') return ok({ data: { resultType: 'scalar', result: [now / 1000, `${now / 1000}`] } })
  // Without the headers it answers nothing.
  const held = seen.held ?? [up('mon-a:9090'), up('mon-b:9090'), mark('a'), mark('b')]
  const wanted = /^up\{job="prometheus",cell="eu"\}\[3600s\]$/.test(query) ? 'up' : 'promha_writer'
  const found = held.filter(one => (one as ReturnType<typeof series>).metric.__name__ === wanted)
  assert.ok(wanted === 'up' || query === 'promha_writer{cell="eu"}[3600s]', query)
  return ok({ data: { result: policy === '15s:8760h' ? found : [] } })
}

async function verified(seen: Seen): Promise<readonly string[]> {
  const { inventory } = await read(m3dbSite())
  assert.ok(inventory)
  const checks = await proveSite({
    topology: buildTopology(inventory),
    hosts: new Set(['mon-a', 'mon-b', ...hosts]),
    components: new Set(['m3db', 'm3db_etcd']),
    unreachable: new Map(),
    facts: () => healthyFacts,
    ask: async (_, __, port, path, sent) => answerOf(seen, port, path, sent?.headers?.['M3-Storage-Policy']),
    askHost: silentHosts,
    patience: 0,
    onCheck: () => {},
    signal: new AbortController().signal,
  })
  return checks.map(({ id, target, status, detail }: Check) => `${status} ${id} ${target}: ${detail}`)
}

const ofId = (checks: readonly string[], id: string) => checks.filter(one => one.split(' ')[1] === id)

describe('verify of M3DB', () => {
  it('proves that it takes samples, holds one copy fed by both, and has no hole', async () => {
    assert.deepEqual(await verified({}), [
      ...hosts.map(
        host => `pass storage.ready ${host}/m3db_etcd: ready, more than half of the members are up`,
      ),
      ...hosts.map(host => `pass storage.ready ${host}/m3db: ready, one sample every 15 s for 365 days`),
      ...hosts.map(
        host =>
          `pass storage.one_copy ${host}/m3db: 2 series that all replicas push are there once, 232 samples, fed by a and b`,
      ),
      'pass storage.complete eu: largest step 15.0 s',
    ])
  })

  it('says what keeps a node from its work', async () => {
    for (const [seen, said] of [
      [{ bootstrapped: false }, /^fail .*: it still reads what it holds$/],
      [{ takes: false }, /^fail .*: it takes no samples$/],
      [
        { retention: '720h0m0s' },
        /^fail .*: it keeps one sample every 15 s for 30 days, and the inventory says one sample every 15 s for 365 days$/,
      ],
      [
        { placed: { m1: 'AVAILABLE', m2: 'AVAILABLE', m9: 'AVAILABLE' } },
        /m9 holds data, and is no host of it, m3 holds no data/,
      ],
      [{ placed: { ...whole, m2: 'INITIALIZING' } }, /^fail .*: m2 still copies what it has to hold$/],
    ] as const) {
      const [first] = ofId(await verified(seen), 'storage.ready').filter(one => one.includes('/m3db:'))
      assert.match(first ?? '', said)
    }
  })

  it('fails if etcd has no leader', async () => {
    assert.match(
      ofId(await verified({ etcd: 503 }), 'storage.ready')[0] ?? '',
      /^fail .*m1\/m3db_etcd: .*503/,
    )
  })

  it('waits a minute longer for samples than for those of other stores, and no more', async () => {
    const feeding = (last: number) => ({
      held: [up('mon-a:9090'), up('mon-b:9090'), mark('a'), mark('b', last)],
    })
    assert.match(ofId(await verified(feeding(90)), 'storage.one_copy')[0] ?? '', /^pass /)
    assert.match(
      ofId(await verified(feeding(105)), 'storage.one_copy')[0] ?? '',
      /^fail .*b has written nothing for 105 s$/,
    )
    const late = (last: number) => {
      const of = ages(1800, last, 15)
      return { held: [up('mon-a:9090', of), up('mon-b:9090', of), mark('a'), mark('b')] }
    }
    assert.match(ofId(await verified(late(90)), 'storage.complete')[0] ?? '', /^pass /)
    assert.match(ofId(await verified(late(105)), 'storage.complete')[0] ?? '', /^fail /)
  })

  it('fails if a series is there for each replica', async () => {
    const both = ['a', 'b'].map(one => up('mon-a:9090', undefined, { prometheus_replica: one }))
    assert.match(
      ofId(
        await verified({ held: [...both, up('mon-b:9090'), mark('a'), mark('b')] }),
        'storage.one_copy',
      )[0] ?? '',
      /^fail .*with the label prometheus_replica/,
    )
  })
})

describe('the gates of M3DB', () => {
  async function lacks(kind: typeof ofNodes, seen: Seen, running = ['m2', 'm3']) {
    const { inventory } = await read(m3dbSite())
    const [cell] = inventory ? buildTopology(inventory).cells : []
    assert.ok(cell && kind.lack)
    const ask = async (_: string, __: string, port: number, path: string) =>
      answerOf(seen, port, path, undefined)
    const port = kind === ofEtcd ? 2381 : 7201
    return kind.lack({
      get: getFrom(ask, 'm1', { address: '127.0.0.1', port, readyPath: '/' }),
      getAt: at => getFrom(ask, 'm1', { ...at, readyPath: '/' }),
      ...{ host: 'm1', cell },
      serves: async (_, host) => running.includes(host),
    })
  }

  it('take a node that nobody has founded, and await one that still reads or copies', async () => {
    assert.equal(await lacks(ofNodes, { founded: false, takes: false, bootstrapped: false }), undefined)
    assert.equal(await lacks(ofNodes, {}), undefined)
    assert.equal(await lacks(ofNodes, { bootstrapped: false }), 'it still reads what it holds')
    assert.equal(await lacks(ofNodes, { takes: false }), 'it takes no samples')
    assert.equal(
      await lacks(ofNodes, { placed: { ...whole, m1: 'INITIALIZING' } }),
      'it still copies what it has to hold',
    )
    assert.equal(await lacks(ofNodes, { placed: { m2: 'AVAILABLE' } }), 'nothing is placed on m1')
  })

  it('take the first member of etcd as it is, and want a leader of the second', async () => {
    assert.equal(await lacks(ofEtcd, { etcd: 503 }, []), undefined)
    assert.equal(await lacks(ofEtcd, { etcd: 503 }, ['m3']), 'it has found no leader among its members')
    assert.equal(await lacks(ofEtcd, {}, ['m3']), undefined)
  })

  it('do not take silence for a leader that is missing', async () => {
    const { inventory } = await read(m3dbSite())
    const [cell] = inventory ? buildTopology(inventory).cells : []
    assert.ok(cell && ofEtcd.lack)
    const get = () => Promise.reject(new AskError('impossible', 'no tool'))
    const asked = { get, getAt: () => get, host: 'm1', cell, serves: async () => true }
    await assert.rejects(ofEtcd.lack(asked), /no tool/)
  })
})
