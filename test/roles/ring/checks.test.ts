/** What verify says of a ring, by answers in the form of Cortex 1.21.1. */
import assert from 'node:assert/strict'
import type { Answer } from '../../../src/shell/host/ask.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { AskError, type Check } from '../../../src/verify/model.ts'
import { proveSite } from '../../../src/verify/verify.ts'
import { read } from '../../inventory/harness.ts'
import { silentHosts } from '../../verify/judged.ts'
import { healthyFacts } from '../../verify/stage.ts'
import { ringSite, threeHosts } from './site.ts'

const now = Date.UTC(2026, 11, 1, 1, 44, 28)
const hosts = ['c1', 'c2', 'c3']
const goTime = (age: number) => new Date(now - age * 1000).toISOString().replace('T', ' ').slice(0, 19)
const shard = (id: string, age = 3, state = 'ACTIVE') => ({
  ...{ id, state, address: `${id}:9095`, timestamp: `${goTime(age)} +0000 UTC` },
  ...{ registered_timestamp: `${goTime(900)} +0000 UTC`, zone: '', tokens: [1] },
})
const series = (metric: Record<string, string>, points: readonly (readonly [number, number])[]) => ({
  metric,
  values: points.map(([age, value]) => [now / 1000 - age, String(value)]),
})
const ages = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((from - to) / step) + 1 }, (_, index) => from - index * step)
const up = (instance: string, of = ages(1790, 10, 15), more = {}) =>
  series(
    { __name__: 'up', instance, ...more },
    of.map(age => [age, 1] as const),
  )
const drops = (until: number) =>
  series(
    { __name__: 'cortex_distributor_deduped_samples_total', cluster: 'eu' },
    ages(600, 5, 15).map(age => [age, 10_000 - Math.max(age, until)] as const),
  )

interface Ring {
  readonly shards?: readonly object[] | null
  readonly up?: readonly object[]
  readonly dropped?: readonly object[]
  readonly silent?: string
}

function bodyOf({ shards, up: held, dropped }: Ring, path: string): string | undefined {
  if (path === '/ready') return 'ready'
  const at = new Date(now).toISOString()
  if (path === '/ring' || path === '/ingester/ring')
    return JSON.stringify({ now: at, shards: shards === undefined ? hosts.map(id => shard(id)) : shards })
  if (path === '/distributor/ha_tracker')
    return JSON.stringify({ now: at, elected: [{ cluster: 'eu', replica: 'a', userID: 'fake' }] })
  const query = new URL(path, 'http://c1').searchParams.get('query') ?? ''
  const result = query.startsWith('up{')
    ? (held ?? [up('mon-a:9090'), up('mon-b:9090')])
    : (dropped ?? [drops(20)])
  if (query === 'time()') return JSON.stringify({ data: { result: [now / 1000, String(now / 1000)] } })
  return path.startsWith('/prometheus/api/v1/query?') ? JSON.stringify({ data: { result } }) : undefined
}

async function verified(ring: Ring, store = 'cortex'): Promise<readonly string[]> {
  const site = ringSite(threeHosts, { store, prometheus: ['global: { scrape_interval: 15s }'] })
  const { inventory, problems } = await read(site)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const checks = await proveSite({
    topology: buildTopology(inventory),
    hosts: new Set(['mon-a', 'mon-b', ...hosts]),
    components: new Set([store]),
    unreachable: new Map(),
    facts: () => healthyFacts,
    ask: async (host, _, __, path): Promise<Answer> => {
      const body = ring.silent === host ? undefined : bodyOf(ring, path)
      if (body === undefined) throw new AskError('refused', `nothing listens on ${host}`)
      return { status: 200, body }
    },
    askHost: silentHosts,
    patience: 0,
    onCheck: () => {},
    signal: new AbortController().signal,
  })
  return checks.map(({ id, target, status, detail }: Check) => `${status} ${id} ${target}: ${detail}`)
}

const ofId = (checks: readonly string[], id: string) => checks.filter(one => one.split(' ')[1] === id)

describe('verify of a ring', () => {
  it('proves that it is whole, holds one copy fed by both, and has no hole', async () => {
    const whole = (store: string) => [
      ...hosts.flatMap(host => [
        `pass storage.ready ${host}/${store}: ready`,
        `pass ring.healthy ${host}/${store}: 3 of 3 members are active`,
      ]),
      'pass storage.one_copy eu: 2 series that all replicas push are there once, 238 samples, of a; what others push is dropped',
      'pass storage.complete eu: largest step 15.0 s',
    ]
    assert.deepEqual(await verified({}), whole('cortex'))
    assert.deepEqual(await verified({}, 'mimir'), whole('mimir'))
  })

  it('says which member is away, before the ring itself does', async () => {
    for (const [last, said] of [
      [shard('c3', 20), 'c3 was last heard of 20 s ago'],
      [shard('c3', 3, 'JOINING'), 'c3 is JOINING in the ring'],
      [undefined, 'c3 is not in the ring'],
    ] as const) {
      const checks = await verified({ shards: [shard('c1'), shard('c2'), ...(last ? [last] : [])] })
      assert.deepEqual(
        ofId(checks, 'ring.healthy'),
        hosts.map(host => `fail ring.healthy ${host}/cortex: ${host} sees that ${said}`),
      )
    }
    assert.match(ofId(await verified({ shards: null }), 'ring.healthy')[0] ?? '', /c1 is not in the ring/)
    const fresh = await verified({ shards: [shard('c1'), shard('c2'), shard('c3', 14)] })
    assert.match(ofId(fresh, 'ring.healthy')[0] ?? '', /^pass /)
  })

  it('says who is still in the ring and no host of it', async () => {
    const checks = await verified({ shards: [...hosts.map(id => shard(id)), shard('c9', 900, 'Unhealthy')] })
    assert.equal(
      ofId(checks, 'ring.healthy')[0],
      'fail ring.healthy c1/cortex: the ring still has c9 (Unhealthy), which is no host of cortex',
    )
  })

  it('fails if nothing of a second replica arrives any more', async () => {
    const late = ofId(await verified({ dropped: [drops(65)] }), 'storage.one_copy')
    assert.deepEqual(late, [
      'fail storage.one_copy eu: only a feeds the store: nothing of b has arrived for 60 s',
    ])
    assert.match(
      ofId(await verified({ dropped: [] }), 'storage.one_copy')[0] ?? '',
      /only a feeds the store: nothing of b has arrived within an hour$/,
    )
    assert.match(ofId(await verified({ dropped: [drops(50)] }), 'storage.one_copy')[0] ?? '', /^pass /)
  })

  it('fails if a series is there for each replica', async () => {
    const both = ['a', 'b'].map(one => up('mon-a:9090', undefined, { prometheus_replica: one }))
    assert.match(
      ofId(await verified({ up: [...both, up('mon-b:9090')] }), 'storage.one_copy')[0] ?? '',
      /^fail .*with the label prometheus_replica/,
    )
  })

  it('fails if samples of both are there, and not for one that a change between them left', async () => {
    const withOthers = (extra: readonly number[]) => {
      const times = [...ages(1790, 10, 15), ...extra].sort((one, other) => other - one)
      return { up: [up('mon-a:9090', times), up('mon-b:9090')] }
    }
    const other = ages(1784, 1739, 15)
    assert.equal(other.length, 4)
    assert.match(
      ofId(await verified(withOthers(other)), 'storage.one_copy')[0] ?? '',
      /^fail .* shows 4 samples of up of mon-a:9090 twice within 15 s$/,
    )
    assert.match(ofId(await verified(withOthers(other.slice(1))), 'storage.one_copy')[0] ?? '', /^pass /)
    // Scrapes are a little early or late, on either side of any border.
    const late = ages(1800, 15, 15).map((age, index) => age + (index % 2 === 0 ? 0.01 : -0.01))
    const jitter = { up: [up('mon-a:9090', late), up('mon-b:9090')] }
    assert.match(ofId(await verified(jitter), 'storage.one_copy')[0] ?? '', /^pass /)
  })

  it('takes a hole that a change of replicas may leave, and no longer one', async () => {
    const hole = (length: number) => {
      const times = [...ages(1790, 290, 15), ...ages(290 - length, 10, 15)]
      return { up: [up('mon-a:9090', times), up('mon-b:9090')] }
    }
    assert.match(ofId(await verified(hole(45)), 'storage.complete')[0] ?? '', /^pass .* 45\.0 s$/)
    assert.match(ofId(await verified(hole(60)), 'storage.complete')[0] ?? '', /^fail .* for 60\.0 s /)
  })

  it('goes by the other members if one is silent', async () => {
    const checks = await verified({ silent: 'c1' })
    assert.match(ofId(checks, 'storage.ready')[0] ?? '', /^fail storage\.ready c1\/cortex/)
    assert.match(ofId(checks, 'storage.one_copy')[0] ?? '', /^pass /)
  })
})
