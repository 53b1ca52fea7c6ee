import assert from 'node:assert/strict'
import { components } from '../../../roles/index.ts'
import type { Component } from '../../../src/inventory/model.ts'
import type { Answer } from '../../../src/shell/host/ask.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import type { CellTopology } from '../../../src/topology/model.ts'
import type { VerifyInput } from '../../../src/verify/input.ts'
import { AskError, type Check } from '../../../src/verify/model.ts'
import { statusRows } from '../../../src/verify/status.ts'
import { proveSite } from '../../../src/verify/verify.ts'
import { proxies, withExporters } from '../../topology/exporters.ts'
import { inventory, labCell } from '../../topology/sample.ts'
import { silentHosts } from '../judged.ts'
import { healthyFacts } from '../stage.ts'

const cell = withExporters(buildTopology(inventory([labCell()])).cells[0] ?? assert.fail())

/** What may be wrong with a site that is well otherwise. */
interface Site {
  readonly cell?: CellTopology
  /** Who answers at the address of the Pushgateways, by the host from which it is asked; absent: nobody. */
  readonly led?: Readonly<Record<string, string>>
  /** `HOST:PORT` that does not listen. */
  readonly down?: readonly string[]
  /** Probes that fail, and those without an outcome or scrape on mon-b. */
  readonly bad?: readonly string[]
  readonly unseen?: readonly string[]
  readonly unscraped?: readonly string[]
  readonly lastError?: string
}

function answer(site: Site, host: string, address: string, port: number, path: string): string | undefined {
  const {
    led = { 'mon-a': 'mon-a', 'mon-b': 'mon-a' },
    down = [],
    bad = [],
    unseen = [],
    unscraped = [],
  } = site
  if (down.includes(`${host}:${port}`)) return undefined
  const away = address === '198.18.0.100' || port === 9191
  const at = away ? led[host] : host
  if (at === undefined) return undefined
  if (path === '/api/v1/status') {
    const build_information = { version: '1.11.2' }
    return JSON.stringify({ data: { build_information, start_time: `2026-11-22T20:18:05.8${at.at(-1)}Z` } })
  }
  if (port === 9115 && path === '/metrics') return 'blackbox_exporter_build_info{version="0.28.0"} 1\n'
  const wanted = (site.cell ?? cell).jobs.flatMap(job =>
    job.targets.map(({ instance, address: to }) => ({ job: job.name, instance, to })),
  )
  if (path.startsWith('/api/v1/targets')) {
    const activeTargets = wanted.map(({ job, instance, to }) => ({
      discoveredLabels: {},
      labels: { job, instance },
      scrapePool: job,
      scrapeUrl: to,
      lastError: site.lastError ?? 'connection refused',
      lastScrape: '2026-11-22T12:53:08Z',
      health: host === 'mon-b' && unscraped.includes(instance) ? 'down' : 'up',
    }))
    return JSON.stringify({ data: { activeTargets } })
  }
  if (path.startsWith('/api/v1/query')) {
    const query = new URL(path, 'http://x').searchParams.get('query') ?? ''
    assert.match(query, /probe_success\{job=~"blackbox\|blackbox-2"\}/)
    const result = wanted
      .filter(({ instance }) => !(host === 'mon-b' && unseen.includes(instance)))
      .map(({ job, instance }) => ({
        metric: { job, instance },
        value: [1, bad.includes(instance) ? '0' : '1'],
      }))
    return JSON.stringify({ data: { result } })
  }
  return 'OK'
}

function input(site: Site, rest: Partial<VerifyInput> = {}): VerifyInput {
  return {
    topology: { cells: [site.cell ?? cell] },
    hosts: new Set(['mon-a', 'mon-b', 'app-01']),
    components: new Set<Component>(['pushgateway', 'blackbox_exporter', 'keepalived', 'haproxy']),
    unreachable: new Map(),
    facts: () => healthyFacts,
    ask: async (host, address, port, path): Promise<Answer> => {
      const body = answer(site, host, address, port, path)
      if (body === undefined) throw new AskError('refused', `nothing listens on ${address}:${port}`)
      return { status: 200, body }
    },
    askHost: silentHosts,
    patience: 0,
    onCheck: () => {},
    signal: new AbortController().signal,
    ...rest,
  }
}

async function checked(id: string, site: Site, rest: Partial<VerifyInput> = {}): Promise<Check> {
  const checks = await proveSite(input(site, rest))
  return checks.find(check => check.id === id) ?? assert.fail(`no ${id}`)
}

const brief = ({ status: verdict, detail }: Check) => [verdict, detail]

describe('verify of what is active on one of two hosts', () => {
  it('passes where all is well, whichever is active', async () => {
    // Who holds the addresses is asked of the hosts, which are not here.
    const checks = (await proveSite(input({}))).filter(({ id }) => id !== 'vip.one_holder')
    assert.deepEqual(
      checks.map(({ id, target, status: verdict }) => `${verdict} ${id} ${target}`),
      ['pass pushgateway.one_active lab', 'pass blackbox.probes lab', 'pass exporter.up lab/pushgateway'],
    )
    const one = async (host: string) =>
      brief(await checked('pushgateway.one_active', { led: { 'mon-a': host, 'mon-b': host } }))
    for (const host of ['mon-a', 'mon-b']) {
      assert.deepEqual(await one(host), [
        'pass',
        `${host} is active, asked from mon-a, mon-b; both are ready`,
      ])
    }
  })

  it('tells of two that are active at once', async () => {
    const split = { 'mon-a': 'mon-a', 'mon-b': 'mon-b' }
    const check = await checked('pushgateway.one_active', { led: split })
    assert.deepEqual(brief(check), ['fail', '2 are active: mon-a, asked from mon-a; mon-b, asked from mon-b'])
    assert.match(check.remedy ?? '', /VRRP/)
    const proxied = withExporters(cell, { movingAddresses: [], proxies })
    const other = await checked('pushgateway.one_active', { cell: proxied, led: split })
    assert.equal(other.status, 'fail')
    assert.match(other.remedy ?? '', /8406, then restart promha-haproxy/)
  })

  it('tells of an address that leads to none, or to a stranger', async () => {
    const none = await checked('pushgateway.one_active', { led: { 'mon-a': 'mon-a' } })
    assert.deepEqual(brief(none), [
      'fail',
      'asked from mon-b, 198.18.0.100:9091 leads to none: nothing listens on 198.18.0.100:9091',
    ])
    const stranger = await checked('pushgateway.one_active', { led: { 'mon-a': 'mon-a', 'mon-b': 'x' } })
    assert.equal(stranger.status, 'fail')
    assert.match(
      stranger.detail,
      /^asked from mon-b, 198\.18\.0\.100:9091 leads to a Pushgateway that is not/,
    )
  })

  it('tells of a passive one that could not take over', async () => {
    const check = await checked('pushgateway.one_active', { down: ['mon-b:9091'] })
    assert.equal(check.status, 'fail')
    assert.match(check.detail, /^pushgateway on mon-b: nothing listens/)
  })

  it('does not fail for what was left out', async () => {
    const only = { components: new Set<Component>(['pushgateway']) }
    const check = await checked('pushgateway.one_active', { led: {} }, only)
    assert.deepEqual(brief(check), [
      'skip',
      'both are ready; keepalived is not among the selected components',
    ])
    assert.equal((await checked('pushgateway.one_active', {}, only)).status, 'pass')
    const limited = await checked('pushgateway.one_active', {}, { hosts: new Set(['mon-a']) })
    assert.equal(limited.status, 'skip')
  })

  it('has an outcome of each probe on each replica', async () => {
    assert.deepEqual(brief(await checked('blackbox.probes', {})), [
      'pass',
      '3 probes on a and b, all succeed; 2 probers well',
    ])
    const unseen = await checked('blackbox.probes', { unseen: ['192.0.2.1'] })
    assert.deepEqual(brief(unseen), ['fail', 'no outcome of blackbox-2 192.0.2.1 on b (no probe_success)'])
    const unscraped = await checked('blackbox.probes', { unscraped: ['https://one.example'] })
    assert.deepEqual(brief(unscraped), [
      'fail',
      'no outcome of blackbox https://one.example on b (connection refused)',
    ])
    const down = await checked('blackbox.probes', { down: ['mon-a:9115'] })
    assert.equal(down.status, 'fail')
    assert.match(down.detail, /^blackbox_exporter on mon-a: /)
  })

  it('warns of a probe that fails, for that is the user’s own', async () => {
    const check = await checked('blackbox.probes', { bad: ['https://two.example'] })
    assert.deepEqual(brief(check), [
      'warn',
      '3 probes on a and b; fails: blackbox https://two.example; 2 probers well',
    ])
  })

  it('says what to do where there is no outcome, and awaits no other answer since a change', async () => {
    const site = {
      unscraped: ['https://one.example'],
      lastError: 'server returned HTTP status 400 Bad Request',
    }
    const { ask } = input(site)
    const time = Date.parse('2026-11-22T12:53:08Z') / 1000
    const began = performance.now()
    const check = await checked('blackbox.probes', site, {
      components: new Set<Component>(['blackbox_exporter']),
      afterChange: true,
      patience: 20_000,
      ask: async (host, address, port, path) =>
        path.endsWith('query=time()')
          ? { status: 200, body: JSON.stringify({ data: { result: [time, ''] } }) }
          : ask(host, address, port, path),
    })
    assert.ok(performance.now() - began < 5_000)
    assert.deepEqual(brief(check), [
      'fail',
      'no outcome of blackbox https://one.example on b (server returned HTTP status 400 Bad Request)',
    ])
    assert.match(check.remedy ?? '', /its config or its log/)
    const otherwise = await checked('blackbox.probes', { ...site, lastError: 'EOF' })
    assert.match(otherwise.remedy ?? '', /what leads to the probers/)
    const [single = assert.fail()] = cell.probers
    const alone: CellTopology = { ...cell, probers: [single], movingAddresses: [] }
    const direct = await checked('blackbox.probes', { ...site, cell: alone, lastError: 'EOF' })
    assert.equal(direct.remedy, 'See whether the replicas reach the prober.')
    const failing = await checked('blackbox.probes', { cell: alone, bad: ['https://one.example'] })
    assert.match(failing.remedy ?? '', /\/logs of the prober says/)
  })

  it('looks at its members as often for thousands of targets as for one', async () => {
    const looks = async (count: number) => {
      let seen = 0
      const probed = Array.from({ length: count }, (_, index) => `https://${index}.example`)
      const ask: VerifyInput['ask'] = async (host, address, port, path) => {
        const answered = await input({}).ask(host, address, port, path)
        if (!path.startsWith('/api/v1/targets')) return answered
        const { data } = JSON.parse(answered.body)
        const [like = assert.fail()] = data.activeTargets.filter(
          (target: { readonly scrapePool: string }) => target.scrapePool === 'blackbox',
        )
        const more = probed.map(instance => ({ ...like, labels: { job: 'blackbox', instance } }))
        return { status: 200, body: JSON.stringify({ data: { activeTargets: more } }) }
      }
      const facts: VerifyInput['facts'] = () => {
        seen += 1
        return healthyFacts
      }
      const all: ReadonlySet<Component> = new Set(components)
      await proveSite(input({}, { ask, facts, components: all }))
      return seen
    }
    assert.equal(await looks(2_000), await looks(1))
  })

  it('awaits nothing of what leads to one that does not run', async () => {
    const facts: VerifyInput['facts'] = (host, component) =>
      host === 'mon-b' && component === 'pushgateway' ? { ...healthyFacts, active: 'inactive' } : healthyFacts
    const began = performance.now()
    const proxied = withExporters(cell, { movingAddresses: [], proxies })
    const behind = { facts, patience: 20_000, components: new Set<Component>(['pushgateway', 'haproxy']) }
    const ask: VerifyInput['ask'] = async (host, address, port, path) => {
      if (!path.endsWith(';csv'))
        return input({ cell: proxied, down: ['mon-b:9091'] }).ask(host, address, port, path)
      const rows = ['pushgateway', 'blackbox'].flatMap(name =>
        ['mon-a', 'mon-b'].map(server => `${name},${server}`),
      )
      const state = (row: string) => (row === 'pushgateway,mon-b' ? 'DOWN' : 'UP')
      return {
        status: 200,
        body: ['# pxname,svname,status', ...rows.map(row => `${row},${state(row)}`)].join('\n'),
      }
    }
    const checks = await proveSite({ ...input({ cell: proxied }), ...behind, ask })
    assert.ok(performance.now() - began < 5_000)
    assert.deepEqual(
      checks.filter(({ status: verdict }) => verdict === 'fail').map(({ id }) => id),
      ['pushgateway.one_active', 'haproxy.servers', 'haproxy.servers'],
    )
  })

  it('has no outcome to ask for where nothing is probed', async () => {
    const jobs = cell.jobs.filter(({ name }) => !name.startsWith('blackbox'))
    const check = await checked('blackbox.probes', { cell: { ...cell, jobs } })
    assert.deepEqual(brief(check), ['pass', 'no probes; 2 probers well'])
  })

  it('sees the address of the Pushgateways up on every replica, and a prober that is scraped by itself', async () => {
    const job = (name: string, instance: string) => ({
      name,
      targets: [{ address: '198.18.0.11:9115', instance, labels: {} }],
    })
    const jobs = [...cell.jobs, job('probers', 'mon-a:9115')]
    const checks = await proveSite(input({ cell: { ...cell, jobs }, unscraped: ['pushgateway:9091'] }))
    assert.deepEqual(
      checks
        .filter(({ id }) => id === 'exporter.up')
        .map(({ target, status: verdict, detail }) => [target, verdict, detail]),
      [
        ['mon-a/blackbox_exporter', 'pass', 'up on a and b'],
        ['lab/pushgateway', 'fail', 'not up on b (connection refused)'],
      ],
    )
  })

  it('counts against a replica only what is there already', async () => {
    const site = { unscraped: ['pushgateway:9091', 'https://one.example'] }
    const targetsUp = async (chosen: Iterable<Component>) => {
      const checks = await proveSite(input(site, { components: new Set(chosen) }))
      return checks.find(({ id, target }) => id === 'prometheus.targets_up' && target === 'mon-b/prometheus')
        ?.status
    }
    assert.equal(await targetsUp(components), 'fail')
    assert.equal(await targetsUp(components.filter(component => component !== 'keepalived')), 'warn')
    assert.equal(await targetsUp(['prometheus']), 'warn')
  })
})

describe('status of what is active on one of two hosts', () => {
  const chosen = new Set<Component>(['pushgateway', 'blackbox_exporter'])

  for (const led of ['mon-a', 'mon-b'])
    it(`tells which one is active where that is ${led}`, async () => {
      const ways = { led: { 'mon-a': led, 'mon-b': led } }
      for (const site of [ways, { ...ways, cell: { ...cell, movingAddresses: [], proxies } }]) {
        const rows = await statusRows(input(site, { components: chosen }))
        const active = rows.filter(({ note }) => note === 'active')
        assert.deepEqual(
          active.map(({ host, component }) => [host, component]),
          [[led, 'pushgateway']],
        )
      }
    })

  it('tells versions', async () => {
    const rows = await statusRows(input({ down: ['mon-b:9115'] }, { components: chosen }))
    assert.deepEqual(
      rows.map(({ host, component, version, health }) => [host, component, version, health]),
      [
        ['mon-a', 'pushgateway', '1.11.2', 'ready'],
        ['mon-b', 'pushgateway', '1.11.2', 'ready'],
        ['mon-a', 'blackbox_exporter', '0.28.0', 'ready'],
        ['mon-b', 'blackbox_exporter', '', 'not ready'],
      ],
    )
  })
})
