/** A pair that feeds VictoriaMetrics: what is kept while a replica or a node is away, and what verify says of it. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { type Figures, figuresOf } from '../../../bench/stores/measure.ts'
import { longestStepOf } from '../../../bench/stores/outcome.ts'
import { ask, readStored } from '../../../bench/stores/read.ts'
import { victoriaMetricsSite } from '../../../bench/stores/sites/victoriametrics.ts'
import { until } from '../../../src/lab/wait.ts'
import { useFleet } from '../support/fleet.ts'
import { query } from '../support/observe.ts'
import { converged } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

const [a, b] = ['mon-a', 'mon-b'] as const
const nodes = ['app-01', 'app-02'] as const
const [nodeA, nodeB] = nodes
/** Seconds. */
const interval = 2
const outage = 30
const files = [
  '/etc/systemd/system/victoriametrics.service',
  '/etc/victoriametrics',
  '/usr/local/bin/victoria-metrics',
  '/var/lib/victoriametrics',
].join(' ')

describe('VictoriaMetrics beside a pair', function () {
  this.timeout(480_000)
  const fleet = useFleet()
  let site: Site

  /** What verify says of the store: `storage.ready` to `pass`, the worst of several. */
  const verdicts = async () => {
    const { document } = await site.run('verify', '--json')
    const worst = new Map<string, string>()
    for (const { id, status } of document().checks ?? []) {
      if (id.startsWith('storage.') && worst.get(id) !== 'fail') worst.set(id, status)
    }
    return worst
  }
  const saysFail = (check: string) =>
    until(`verify to fail ${check}`, 90_000, async () => (await verdicts()).get(check) === 'fail')
  const allPass = () =>
    until('verify to pass all checks of the store', 90_000, async () => {
      const found = await verdicts()
      return found.size >= 3 && [...found.values()].every(status => status === 'pass')
    })

  /** Until a replica has scraped for so long since then. */
  const scrapedUntil = (host: string, time: number) =>
    until(`${host} to scrape for ${outage} s`, 60_000, async () => {
      const [latest] = await query(fleet, host, `max(timestamp(up{job="node"}))`)
      return Number(latest?.value[1] ?? 0) * 1000 >= time
    })

  /** What is there of the time since then, once all have newer samples. */
  const figuresSince = async (from: number): Promise<Figures> => {
    const step = interval * 1000
    const span = { from: Math.floor(from / step) * step, to: Math.floor(Date.now() / step) * step }
    const targets = await until('every node to have the newest samples', 30_000, async () => {
      const soFar = { from: span.from, to: Date.now() }
      const found = [...(await readStored(fleet, victoriaMetricsSite, soFar)).values()]
      const sources = found.flatMap(({ members, scraped }) => [...members.values(), ...scraped])
      return sources.every(series => series.some(({ times }) => (times.at(-1) ?? 0) > span.to)) && found
    })
    assert.equal(targets.length, fleet.names.length)
    return figuresOf(targets, { ...span, interval: step, keeping: victoriaMetricsSite.limits.keeping })
  }

  const assertWhole = ({ copies, step, lost, members }: Figures) => {
    const limit = longestStepOf(victoriaMetricsSite.limits, interval)
    const all = JSON.stringify({ copies, step, lost, members })
    assert.equal(copies, 1, all)
    for (const one of [{ step, lost }, ...members]) {
      assert.ok(one.step <= limit, `${all}: a step above ${limit} s`)
      assert.equal(one.lost, 0, all)
    }
  }

  const address = () => fleet.host(a).address.replace(/\d+$/, '112')
  /** How many targets the store knows where people read it; each counts once for every series that it has. */
  const known = async () => {
    const path = `/api/v1/query?nocache=1&query=${encodeURIComponent('count(up{job="node"})')}`
    const response = await fetch(`http://${address()}:8427${path}`, { signal: AbortSignal.timeout(5_000) })
    const { data } = (await response.json()) as { data: { result: readonly { value: [number, string] }[] } }
    return data.result[0]?.value[1]
  }
  const isRead = () =>
    until('the store to be read at its address', 60_000, async () => {
      return (await known().catch(() => undefined)) === `${fleet.names.length}`
    })

  before(async () => {
    site = await makeSite(fleet)
    const read = { vip: `${address()}/24` }
    await site.edit(({ cells: { lab } }) =>
      Object.assign(lab, { storage: { victoriametrics: { hosts: [...nodes], retention: '30d', read } } }),
    )
  })
  after(() => site?.remove())

  it('is fed by both replicas after one apply, and a second one changes nothing', async () => {
    converged(await site.run('apply', '--json'))
    await allPass()
    const second = await site.run('apply', '--json')
    assert.equal(second.code, 0, second.stdout)
    assert.equal(second.document().changed, 0, second.stdout)
    await isRead()
  })

  it('is only read at its address: nobody writes, deletes or looks inside there', async () => {
    const asked = async (method: string, path: string) => {
      const signal = AbortSignal.timeout(5_000)
      const init = method === 'POST' ? { method, signal, body: 'alien 1' } : { method, signal }
      const { status } = await fetch(`http://${address()}:8427${path}`, init)
      return `${status} ${method} ${path}`
    }
    const match = `match[]=${encodeURIComponent('{__name__!=""}')}`
    const refused = [
      ['POST', '/api/v1/import/prometheus'],
      ['POST', '/api/v1/write'],
      ['POST', '/write'],
      ['GET', `/api/v1/admin/tsdb/delete_series?${match}`],
      ['POST', `/prometheus/api/v1/admin/tsdb/delete_series?${match}`],
      ['GET', `//api/v1/admin/tsdb/delete_series?${match}`],
      ['GET', '/snapshot/create'],
      ['GET', '/internal/force_merge'],
      ['GET', '/flags'],
      ['GET', '/debug/pprof/heap'],
      ['GET', '/-/reload'],
      ['GET', '/api/v1/label/%2e%2e%2fadmin/values'],
    ] as const
    for (const [method, path] of refused) assert.equal(await asked(method, path), `403 ${method} ${path}`)
    assert.equal(await asked('DELETE', '/api/v1/series'), '405 DELETE /api/v1/series')
    const read = ['/api/v1/labels', '/api/v1/label/job/values', `/api/v1/export?${match}`, '/health']
    for (const path of read) assert.equal(await asked('GET', path), `200 GET ${path}`)
    assert.equal(await asked('POST', '/api/v1/query?query=up'), '200 POST /api/v1/query?query=up')
    await isRead()
    const alien = `/api/v1/query?nocache=1&query=${encodeURIComponent('count({__name__="alien"})')}`
    for (const host of nodes)
      assert.match(await ask(fleet, { host, port: 8428, path: alien }), /"result":\[\]/)
  })

  it('lacks nothing after a replica was away, and verify says meanwhile that one does not feed it', async () => {
    const from = Date.now()
    await fleet.inside(b, 'systemctl stop prometheus')
    await saysFail('storage.one_copy')
    await scrapedUntil(a, from + outage * 1000)
    await fleet.inside(b, 'systemctl start prometheus')
    await allPass()
    assertWhole(await figuresSince(from))
  })

  it('is filled up after a node was away, which drift puts right', async () => {
    const from = Date.now()
    await fleet.inside(nodeA, 'systemctl stop victoriametrics')
    await saysFail('storage.ready')
    await isRead()
    await scrapedUntil(a, from + outage * 1000)
    const fixed = await site.run('drift', '--fix', '--json')
    assert.equal(fixed.code, 0, fixed.stdout)
    await allPass()
    assertWhole(await figuresSince(from))
  })

  it('leaves the inventory only if that is wanted, and keeps its data', async () => {
    await site.edit(({ cells: { lab } }) => void delete (lab as { storage?: unknown }).storage)
    const refused = await site.run('apply', '--json')
    assert.notEqual(refused.code, 0, refused.stdout)
    assert.match(refused.stdout, /would leave cell lab: the inventory names no VictoriaMetrics node any more/)
    assert.match(refused.stdout, /Its data stays: \/var\/lib\/victoriametrics on app-01, /)
    converged(await site.run('apply', '--allow-outage', '--json'))
    for (const host of nodes) {
      const left = await fleet.inside(
        host,
        'ls /var/lib/victoriametrics; pgrep -x victoria-metric || :; test ! -e /etc/systemd/system/victoriametrics.service',
      )
      assert.match(left, /^data$/m)
      assert.doesNotMatch(left, /^\d+$/m)
    }
    assert.doesNotMatch(await fleet.inside(a, 'cat /etc/prometheus/prometheus.yml'), /remote_write/)
    const again = await site.run('apply', '--json')
    assert.equal(again.code, 0, again.stdout)
    assert.equal(again.document().changed, 0, again.stdout)
  })

  it('is left by a destroy without a trace', async () => {
    const { code, stdout } = await site.run('destroy', '--yes', '--purge-data', '--json')
    assert.equal(code, 0, stdout)
    for (const host of [nodeA, nodeB]) {
      const left = await fleet.inside(
        host,
        `ls -d ${files} 2>/dev/null || :; getent passwd victoriametrics || :; pgrep -x victoria-metric || :`,
      )
      assert.equal(left, '')
    }
  })
})
