import assert from 'node:assert/strict'
import { components } from '../../roles/index.ts'
import type { Component } from '../../src/inventory/model.ts'
import { buildTopology } from '../../src/topology/build.ts'
import type { VerifyInput } from '../../src/verify/input.ts'
import { type Answer, AskError, type Check } from '../../src/verify/model.ts'
import { verify } from '../../src/verify/verify.ts'
import { host, inventory, labCell, prometheusSettings } from '../topology/sample.ts'
import { healthyFacts } from './stage.ts'

const hosts = ['eu-a', 'eu-b', 'us-a', 'us-b'].map((name, index) => host(name, `198.18.0.${index + 11}`))
const cell = (name: string) => {
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
const eu = { ...cell('eu'), federation: { from: ['us'], match: ['{__name__=~"job:.*"}', 'up'] } }
const topology = buildTopology(inventory([eu, cell('us')], { hosts }))

/** Series by selector, of which `now` and what it is called elsewhere are what each replica says of itself. */
type Counts = Readonly<Record<string, number>>
interface Site {
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

async function ask(site: Site, name: string, path: string): Promise<Answer> {
  if (site.silent?.includes(name)) throw new AskError('refused', 'nothing listens')
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

async function checked(site: Site, rest: Partial<VerifyInput> = {}, asked: string[] = []): Promise<Check> {
  const checks = await verify({
    topology,
    hosts: new Set(hosts.map(({ name }) => name)),
    components: new Set<Component>(components),
    unreachable: new Map(),
    facts: () => healthyFacts,
    ask: (name, _, __, path) => {
      asked.push(`${name} ${path}`)
      return ask(site, name, path)
    },
    patience: 0,
    onCheck: () => {},
    signal: new AbortController().signal,
    ...rest,
  })
  return checks.find(({ id }) => id === 'federation.complete') ?? assert.fail()
}

const onlyEu = new Set(['eu-a', 'eu-b'])

describe('federation.complete', () => {
  it('passes where each replica has every series once', async () => {
    const { status, detail, target } = await checked({})
    assert.equal(target, 'eu')
    assert.equal(`${status} ${detail}`, 'pass a and b have 9 series of cell us once, from 2 replicas')
  })

  it('asks each replica of both cells once, and for what a selector selects there', async () => {
    const asked: string[] = []
    await checked({}, {}, asked)
    const queries = asked
      .filter(one => one.includes('promha'))
      .map(one => [one.slice(0, 4), decodeURIComponent(one)] as const)
    assert.deepEqual(queries.map(([name]) => name).sort(), ['eu-a', 'eu-b', 'us-a', 'us-b'])
    const [collected, given] = [
      queries.find(([name]) => name === 'eu-a'),
      queries.find(([name]) => name === 'us-a'),
    ]
    assert.match(
      collected?.[1] ?? '',
      /label_replace\(count by \(cell\) \(\{__name__=~"job:\.\*",cell=~"us"\}\), "promha", "0 all", "", ""\) or /,
    )
    assert.match(collected?.[1] ?? '', /count by \(cell\) \(last_over_time\(up\{cell=~"us"\}\[75000ms\]\)\)/)
    assert.match(collected?.[1] ?? '', /count by \(cell\) \(up\{cell="us",us_replica=~"a\|b"\}\)/)
    assert.match(given?.[1] ?? '', /count\(up\{cell=~"\|us"\} offset 30000ms\)/)
    assert.match(given?.[1] ?? '', /last_over_time\(up\{cell=~"\|us"\}\[30000ms\] offset 30000ms\)/)
    assert.match(given?.[1] ?? '', /count\(last_over_time\(up\{cell=~"\|us"\}\[375000ms\]\)\)/)
  })

  it('looks for what was to come without a label under the label that it got', async () => {
    const own = { ...eu, federation: { from: ['us'], match: ['{__name__=~"job:.*",cell=""}'] } }
    const asked: string[] = []
    await checked({}, { topology: buildTopology(inventory([own, cell('us')], { hosts })) }, asked)
    const queries = asked.map(decodeURIComponent)
    assert.ok(
      queries.some(one => one.startsWith('eu-a') && one.includes('({__name__=~"job:.*",cell=~"us"})')),
    )
    assert.ok(queries.some(one => one.startsWith('us-a') && one.includes('({__name__=~"job:.*",cell="",')))
  })

  it('compares nothing that cannot be told apart on its way', async () => {
    const own = { ...eu, federation: { from: ['us'], match: ['up{cell!=""}'] } }
    const asked: string[] = []
    const { status, detail } = await checked(
      {},
      { topology: buildTopology(inventory([own, cell('us')], { hosts })) },
      asked,
    )
    assert.match(`${status} ${detail}`, /^pass a and b see all of cell us; series are not compared/)
    assert.ok(asked.every(one => !one.includes('promha')))
  })

  it('fails where series are missing', async () => {
    const { status, detail, remedy } = await checked({ counts: { 'eu-b': { '0 all': 5 } } })
    assert.equal(`${status} ${detail}`, 'fail b has 5 of 7 series of cell us by {__name__=~"job:.*"}')
    assert.match(remedy ?? '', /clocks/)
  })

  it('fails where series are there, and nothing new of them comes', async () => {
    const { status, detail } = await checked({ counts: { 'eu-b': { '0 fresh': 1 } } })
    assert.equal(
      `${status} ${detail}`,
      'fail b has new samples of 1 of 7 series of cell us by {__name__=~"job:.*"}',
    )
    const rare = { 'us-a': { '1 recent': 0 }, 'us-b': { '1 recent': 0 }, 'eu-a': { '1 fresh': 0 } }
    assert.equal((await checked({ counts: rare })).status, 'pass')
  })

  it('misses no series that is too young to have arrived, and goes by the replica that has more', async () => {
    const young = { '0 now': 9 }
    assert.equal((await checked({ counts: { 'us-a': young, 'us-b': young } })).status, 'pass')
    assert.equal(
      (await checked({ counts: { 'us-a': { '0 now': 3, '0 before': 3, '0 recent': 3 } } })).status,
      'pass',
    )
    const older = { '0 now': 9, '0 before': 9 }
    assert.equal((await checked({ counts: { 'us-a': older } })).status, 'fail')
  })

  it('fails where series are doubled', async () => {
    const { status, detail } = await checked({ counts: { 'eu-a': { '1 all': 4, '1 fresh': 4 } } })
    assert.equal(
      `${status} ${detail}`,
      'fail a has 4 series of cell us by up, more than that cell has itself',
    )
  })

  it('takes what has just gone for no double', async () => {
    assert.equal((await checked({ counts: { 'eu-a': { '1 all': 3, '1 fresh': 3 } } })).status, 'pass')
    assert.equal((await checked({ counts: { 'eu-a': { '1 all': 4 } } })).status, 'pass')
  })

  it('claims no double where the replicas of the other cell disagree, or one was not heard', async () => {
    const counts = {
      'eu-a': { '1 all': 4, '1 fresh': 4 },
      'us-b': { '1 now': 1, '1 before': 1, '1 seen': 1 },
    }
    assert.equal((await checked({ counts })).status, 'pass')
    const more = { 'eu-a': { '1 all': 4, '1 fresh': 4 } }
    assert.equal((await checked({ counts: more, silent: ['us-b'] })).status, 'pass')
  })

  it('fails where the replica label was kept, whoever is asked', async () => {
    const { status, detail } = await checked({ counts: { 'eu-a': { '1 labelled': 2 } } }, { hosts: onlyEu })
    assert.equal(`${status} ${detail}`, 'fail a has 2 series of cell us by up with the label us_replica')
  })

  it('warns where one replica of the other cell is not seen up, and where none answers', async () => {
    const one = await checked({ down: { 'eu-a us-b': 'down' }, silent: ['us-b'] })
    assert.equal(
      `${one.status} ${one.detail}`,
      'warn a does not see us-b:9090 (connection refused) of cell us',
    )
    const down = Object.fromEntries(
      ['eu-a us-a', 'eu-a us-b', 'eu-b us-a', 'eu-b us-b'].map(key => [key, 'down']),
    )
    for (const [site, rest] of [
      [{ down, silent: ['us-a', 'us-b'] }, {}],
      [{ down }, { hosts: onlyEu }],
      [{ down }, { unreachable: new Map(['us-a', 'us-b'].map(name => [name, 'no route'])) }],
    ] as const) {
      const none = await checked(site, rest)
      assert.match(`${none.status} ${none.detail}`, /^warn a collects nothing from cell us: us-a:9090 \(conn/)
    }
  })

  it('fails where the other cell answers for itself, but not to the one that collects', async () => {
    const { status, detail } = await checked({ down: { 'eu-b us-a': 'down', 'eu-b us-b': 'down' } })
    assert.match(`${status} ${detail}`, /^fail b collects nothing from cell us: /)
  })

  it('fails where a replica of the other cell is not scraped at all', async () => {
    const { status, detail } = await checked({ down: { 'eu-a us-b': 'absent' } }, { hosts: onlyEu })
    assert.equal(`${status} ${detail}`, 'fail a does not see us-b:9090 (not scraped) of cell us')
  })

  it('counts only scrapes since a change, and says what to do by what they met', async () => {
    const time = Date.parse('2026-11-22T12:53:08Z') / 1000
    const { status, detail } = await checked(
      {},
      {
        afterChange: true,
        patience: 300,
        ask: async (name, _, __, path) => {
          if (path.endsWith('query=time()'))
            return { status: 200, body: JSON.stringify({ data: { result: [time, ''] } }) }
          const answer = await ask({}, name, path)
          const seen = { lastScrape: '2026-11-22T12:53:05Z', scrapeInterval: '1s' }
          const body = answer.body.replaceAll('"labels"', `${JSON.stringify(seen).slice(1, -1)},"labels"`)
          return { ...answer, body: path.includes('/targets') ? body : answer.body }
        },
      },
    )
    assert.match(`${status} ${detail}`, /^fail a collects nothing .* \(not scraped since the change\)/)
    const down = { 'eu-a us-b': 'down' }
    assert.match((await checked({ down, silent: ['us-b'] })).remedy ?? '', /does not run/)
  })

  it('asks no host of another cell that was not selected, and goes by what has arrived', async () => {
    const asked: string[] = []
    const { status, detail } = await checked({}, { hosts: onlyEu }, asked)
    assert.equal(`${status} ${detail}`, 'pass a and b have 9 series of cell us, from 2 replicas')
    assert.deepEqual(
      asked.filter(one => one.startsWith('us')),
      [],
    )
  })

  it('warns where there is nothing to collect', async () => {
    const nothing = { '0 all': 0, '0 fresh': 0, '1 all': 0, '1 fresh': 0 }
    const { status, detail } = await checked(
      { counts: { 'eu-a': nothing, 'eu-b': nothing } },
      { hosts: onlyEu },
    )
    assert.equal(`${status} ${detail}`, 'warn a has no series of cell us, b has no series of cell us')
  })

  it('fails where a replica that collects is silent, and skips where it is not selected', async () => {
    assert.equal((await checked({ silent: ['eu-b'] })).status, 'fail')
    assert.equal((await checked({}, { hosts: new Set(['eu-a']) })).status, 'skip')
  })
})
