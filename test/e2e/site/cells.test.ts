/** Two cells in one inventory, of which one collects from the other: neither needs the other to be up. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { gaps } from '../../../bench/breaking/gaps.ts'
import { until } from '../../../src/lab/wait.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { killHost, startHost } from '../support/faults.ts'
import { useFleet } from '../support/fleet.ts'
import { get, pids, query, restarted, untilValue } from '../support/observe.ts'
import { converged } from '../support/promha.ts'
import { alertmanagerConfig, makeSite, rules, type Site, thrifty } from '../support/site.ts'

const eu = ['mon-a', 'mon-b'] as const
const us = ['app-01', 'app-02'] as const
const hosts = { eu, us } as const
const interval = 2000
const match = ['{__name__=~"shop:.*"}', '{job="node"}']

interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [number, string])[]
}

describe('cells', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site
  // biome-ignore lint/suspicious/noExplicitAny: the draft knows one cell, and here it has two
  const edit = (change: (cells: any) => void) => site.edit(({ cells }) => change(cells))

  const which = (host: string) => ({ name: fleet.lab().name, host })
  const ready = (host: string) =>
    until(`Prometheus on ${host} to be ready`, 60_000, () =>
      fetch(`http://${fleet.host(host).address}:9090/-/ready`).then(
        ({ status }) => status === 200,
        () => false,
      ),
    )

  before(async () => {
    site = await makeSite(fleet)
    await site.put('alertmanager.yml', alertmanagerConfig())
    await edit(cells => {
      const { prometheus, alertmanager } = cells.lab
      delete cells.lab
      for (const name of ['eu', 'us'] as const) {
        const [a, b] = hosts[name]
        cells[name] = {
          hosts: [a, b],
          prometheus: {
            ...prometheus,
            replicas: { a, b },
            external_labels: { region: name },
            targets: {},
            flags: { ...prometheus.flags },
          },
          alertmanager: { ...alertmanager, hosts: [a, b] },
          exporters: { node: { hosts: ['all'], flags: { ...thrifty } } },
        }
      }
      cells.eu.federation = { from: ['us'], match }
    })
    const { code, stdout, stderr } = await site.run('apply', '--json')
    assert.equal(code, 0, stdout + stderr)
  })
  after(async () => {
    for (const host of fleet.names) await startHost(which(host))
    await site?.remove()
  })

  const federated = ({ checks = [] }: Document, about: 'complete' | 'sources' = 'complete') => {
    const found = checks.find(({ id }) => id === `federation.${about}`) ?? assert.fail('no such check')
    return `${found.status} ${found.detail}`
  }

  /** All labels of each, sorted. */
  const seriesOf = async (host: string, selector: string) =>
    (await query(fleet, host, selector))
      .map(({ metric }) =>
        Object.entries(metric)
          .map(([name, value]) => `${name}=${value}`)
          .sort()
          .join(' '),
      )
      .sort()

  it('are proven together, and a second apply changes nothing', async () => {
    const document = converged(await site.run('apply', '--json'))
    assert.equal(document.changed, 0)
    assert.match(federated(document), /^pass a and b have \d+ series of cell us(?: once)?, from 2 replicas$/)
    assert.equal(federated(document, 'sources'), 'pass a and b see 2 replicas of cell us up')
    const told = (document.checks ?? []).filter(({ status }) => status !== 'pass')
    assert.deepEqual(told, [])
  })

  it('have each series that one collects from the other once on both replicas', async () => {
    for (const selector of match) {
      const own = await seriesOf('app-01', selector)
      assert.ok(own.length > 0, selector)
      const expected = own.map(text => collected(text)).sort()
      for (const host of eu) {
        const found = await seriesOf(host, selector.replace(/\}$/, ',cell="us"}'))
        assert.deepEqual(found, expected, `${selector} on ${host}`)
      }
    }
  })

  /** The labels of a series as they are once it was collected: one without a job gets that of the scrape. */
  function collected(labels: string): string {
    const job = labels.includes('job=') ? [] : ['job=federate']
    return [...labels.split(' '), 'cell=us', 'region=us', ...job].sort().join(' ')
  }

  /** Times of the samples of one series that was collected, on one collecting replica, since then. */
  async function samples(host: string, selector: string, from: number): Promise<readonly number[]> {
    const range = `${Math.ceil((Date.now() - from) / 1000) + 10}s`
    const path = `/api/v1/query?query=${encodeURIComponent(`${selector}[${range}]`)}`
    const { data } = (await get(fleet, host, 'prometheus', path)) as { data: { result: readonly Series[] } }
    assert.equal(data.result.length, 1, `${selector} on ${host}`)
    return data.result[0]?.values.map(([seconds]) => seconds * 1000) ?? []
  }

  /** What is collected has no gap over two scrape intervals while this happens to a replica that is read. */
  async function withoutGap(readers: readonly string[], happens: () => Promise<unknown>): Promise<void> {
    const from = Date.now()
    await happens()
    // The last sample that counts has to have come.
    await delay(3 * interval)
    const window = { from, to: Date.now() - 2 * interval }
    for (const host of readers) {
      for (const selector of ['shop:answer{cell="us"}', 'up{cell="us",job="node",instance="app-02:9100"}']) {
        const longer = gaps(await samples(host, selector, from - interval), window, 2 * interval + 100)
        assert.deepEqual(longer, [], `${selector} on ${host}`)
      }
    }
  }

  const untilComplete = () =>
    until('all to be collected again', 60_000, async () =>
      federated((await site.run('verify', '--json')).document()).startsWith('pass'),
    )

  it('collect without a gap when a replica dies and comes back', async () => {
    await withoutGap(eu, async () => {
      await fleet.inside('app-01', 'systemctl kill --signal=KILL prometheus')
      await until('its death to be seen', 30_000, async () => {
        const [up] = await query(fleet, 'mon-a', 'up{job="federate",instance="app-01:9090"}')
        return up?.value[1] === '0'
      })
      await ready('app-01')
    })
    await untilComplete()
  })

  it('are refused together where one is wrong, before anything is touched', async () => {
    const before = await pids(fleet)
    await edit(cells => {
      cells.us.prometheus.flags['query.max-concurrency'] = 32
      cells.eu.prometheus.flags['web.nonsense'] = 'x'
    })
    const { code, stderr } = await site.run('apply', '--keep-going')
    assert.equal(code, 1, stderr)
    assert.match(stderr, /prometheus refuses the flag "web.nonsense" of cell eu/)
    await edit(cells => {
      delete cells.eu.prometheus.flags['web.nonsense']
    })
    assert.deepEqual(await pids(fleet), before)
  })

  it('do not stop each other where that is wished, at once where that is wished, and collect without a gap while an apply restarts both replicas', async () => {
    await edit(cells => {
      // Prometheus itself finds it wrong, and only when it starts.
      cells.eu.prometheus.flags['storage.tsdb.wal-segment-size'] = '1GB'
    })
    const before = await pids(fleet)
    // What mon-a does not bear, mon-b is spared, so it reads all the time.
    await withoutGap(['mon-b'], async () => {
      const { code, stdout, stderr, document } = await site.run(
        'apply',
        '--keep-going',
        '--parallel-cells',
        '2',
        '--json',
      )
      assert.equal(code, 3, stdout + stderr)
      const { hosts: told = {} } = document()
      assert.equal(told['mon-a']?.status, 'rolled-back', stdout)
      for (const host of us) assert.equal(told[host]?.status, 'changed', stdout)
    })
    const restarts = restarted(before, await pids(fleet))
    assert.deepEqual(restarts, ['app-01 prometheus', 'app-02 prometheus', 'mon-a prometheus'])
    await edit(cells => {
      delete cells.eu.prometheus.flags['storage.tsdb.wal-segment-size']
    })
    assert.equal((await site.run('plan')).code, 0)
  })

  it('collect without a gap when a replica is powered off, which is a warning', async () => {
    await withoutGap(eu, async () => {
      await killHost(which('app-01'))
      await until('its end to be seen', 30_000, async () => {
        const [up] = await query(fleet, 'mon-a', 'up{job="federate",instance="app-01:9090"}')
        return up?.value[1] === '0'
      })
    })
    const { code, stdout, document } = await site.run('verify', '-l', 'eu', '--json')
    assert.equal(code, 0, stdout)
    assert.match(federated(document(), 'sources'), /^warn .*does not see app-01:9090 \(.*\) of cell us/)
    assert.match(federated(document()), /^pass /)
  })

  describe('of which one is off', () => {
    before(() => killHost(which('app-02')))

    const ofEu = (command: string, ...flags: string[]) => site.run(command, '-l', 'eu', ...flags)
    const own = 'shop:answer{cell=""}'
    const flagOf = async () => {
      const answer = await get(fleet, 'mon-a', 'prometheus', '/api/v1/status/flags')
      return (answer as { data: Record<string, string> }).data['query.max-concurrency']
    }

    it('leave the other all that it can do alone', async () => {
      await edit(cells => {
        cells.eu.prometheus.flags['query.max-concurrency'] = 33
      })
      assert.equal((await site.run('validate')).code, 0)
      assert.equal((await ofEu('plan')).code, 2)
      const document = converged(await ofEu('apply', '--json'))
      assert.deepEqual(Object.keys(document.hosts ?? {}).sort(), [...eu])
      assert.equal(await flagOf(), '33')
      const warned = (document.checks ?? []).filter(({ status }) => status !== 'pass')
      assert.deepEqual([...new Set(warned.map(({ id, status }) => `${status} ${id}`))].sort(), [
        'skip federation.complete',
        'warn federation.sources',
        'warn prometheus.targets_up',
      ])
      assert.match(federated(document, 'sources'), /^warn .*collects nothing from cell us/)
      assert.equal(converged(await ofEu('apply', '--json')).changed, 0)
      assert.equal((await ofEu('drift')).code, 0)
      const status = await ofEu('status')
      assert.equal(status.code, 0, status.stderr)
      assert.doesNotMatch(status.stdout, /app-0/)
      assert.match(status.stdout, /mon-b.*prometheus/)
    })

    it('are told to be unreachable, while all of the other is done', async () => {
      await site.put('rules/shop.yml', rules('vector(7)'))
      const { code, stdout, document } = await site.run('apply', '--json')
      assert.equal(code, 3, stdout)
      const { hosts: told = {} } = document()
      for (const host of eu) assert.equal(told[host]?.status, 'changed', stdout)
      for (const host of us) assert.equal(told[host]?.status, 'unreachable', stdout)
      await untilValue(fleet, 'mon-b', own, '7')
    })

    it('roll back and are destroyed alone', async () => {
      const back = await ofEu('rollback')
      assert.equal(back.code, 0, back.stdout + back.stderr)
      await untilValue(fleet, 'mon-b', own, '1')
      await site.put('rules/shop.yml', rules())
      const gone = await ofEu('destroy', '--yes')
      assert.equal(gone.code, 0, gone.stdout + gone.stderr)
      for (const host of eu)
        assert.equal(await fleet.inside(host, 'systemctl is-active prometheus || :'), 'inactive')
    })

    it('are as they were once they are on again, and the whole converges', async () => {
      await Promise.all(us.map(host => startHost(which(host))))
      await Promise.all(us.map(ready))
      const before = await pids(fleet, us)
      const document = converged(await site.run('apply', '--json'))
      for (const host of us) assert.equal(document.hosts?.[host]?.status, 'ok')
      assert.deepEqual(await pids(fleet, us), before)
      assert.match(federated(document), /^pass a and b have /)
    })
  })
})
