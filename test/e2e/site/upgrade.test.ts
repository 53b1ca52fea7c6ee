/** An upgrade of program and config at once, of a pair whose replay takes long: nobody who asks or is paged notices. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { gaps, sampleTimes } from '../../../bench/breaking/gaps.ts'
import { lengthOf, type Polled, poll, type Span } from '../../../bench/breaking/poller.ts'
import { exportLoad, type LoadExporter } from '../../../bench/chaos/fault/exporter.ts'
import { slowStarts } from '../../../bench/chaos/fault/slow.ts'
import { countFiring, type Receiver, receive } from '../../../bench/chaos/receiver.ts'
import { alarm, pager } from '../../../bench/chaos/site.ts'
import { until } from '../../../src/lab/wait.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import { get, mainPid, pids, query, restarted, untilValue } from '../support/observe.ts'
import { converged, type Finished } from '../support/promha.ts'
import { makeSite, rules, type Site } from '../support/site.ts'
import { assertVersionRefused, useSuite } from '../support/versions.ts'

const replicas = ['mon-a', 'mon-b'] as const
/** Milliseconds. */
const scrapeInterval = 2000
const series = 40_000
/** In the order in which the pair is restarted, and told of. */
const selectors = ['load_beat', 'up{job="load"}', 'up{job="prometheus",instance="TWIN:9090"}']

describe('an upgrade of a pair with a long replay', function () {
  this.timeout(300_000)
  const fleet = useFleet({ bare: true })
  let site: Site
  let receiver: Receiver
  let load: LoadExporter
  let polled: Polled
  let upgraded: Finished
  let window: Span
  let said: string
  let restarts: readonly string[]

  const version = async (host: string) =>
    ((await get(fleet, host, 'prometheus', '/api/v1/status/buildinfo')) as { data: { version: string } }).data
      .version

  function assertAllPass({ checks = [] }: Document): void {
    for (const check of checks) assert.equal(check.status, 'pass', `${check.id}: ${check.detail}`)
  }

  before('a loaded pair with an alert that fires', async () => {
    receiver = await receive(fleet.lab().name)
    load = await exportLoad(fleet.lab().name)
    site = await makeSite(fleet)
    await site.put('rules/alarm.yml', alarm)
    await site.put('alertmanager.yml', pager(receiver.url))
    await useSuite(site, 'bookworm')
    await site.edit(({ cells }) => {
      cells.lab.prometheus.scrape_configs = [
        { job_name: 'load', scrape_interval: '1s', static_configs: [{ targets: [load.target] }] },
      ]
    })
    load.serve(series)
    // The replica label is expanded by 2.x too.
    assertAllPass(converged(await site.run('apply', '--json')))
    for (const host of replicas) assert.match(await version(host), /^2\.42\./)
    for (const host of replicas) {
      await until(`enough samples on ${host}`, 60_000, async () => {
        const [first] = await query(fleet, host, 'prometheus_tsdb_head_samples_appended_total{type="float"}')
        const [all] = first
          ? [first]
          : await query(fleet, host, 'prometheus_tsdb_head_samples_appended_total')
        return Number(all?.value[1] ?? 0) > 25 * series
      })
    }
    await until('the alert to be notified', 60_000, async () => countFiring(receiver.received()).size === 1)
    // What has to be read again is in the log by now; the rest is not to be about load.
    load.serve(0)
    await delay(2 * scrapeInterval)
  })

  before('the upgrade', async () => {
    const lab = fleet.lab().name
    const slowed = replicas.map(host =>
      slowStarts(lab, host, '/usr/local/bin/prometheus', { during: 20, run: 10, rest: 400 }),
    )
    await useSuite(site, 'trixie')
    await site.put('rules/shop.yml', rules('vector(7)'))
    const watched = poll(replicas.map(host => `http://${fleet.host(host).address}:9090/-/ready`))
    const from = Date.now()
    const before = await pids(fleet)
    upgraded = await site.run('apply', '--json', '-v')
    restarts = restarted(before, await pids(fleet))
    // One that is put back in the end, or restarted after it, would show.
    await delay(2 * scrapeInterval)
    window = { from, to: Date.now() }
    polled = await watched.stop()
    said = `${upgraded.stdout}\n${upgraded.stderr}`
    assert.deepEqual(await Promise.all(slowed.map(slow => slow.stop())), [1, 1], said)
  })

  after(async () => {
    // Others adopt what programs they find, and these are too old for that.
    await fleet.blank()
    await site?.remove()
    await load?.close()
    await receiver?.close()
  })

  it('ends with the new version and the new config on both', async () => {
    assertAllPass(converged(upgraded))
    assert.equal(restarts.length, 8, 'two Prometheus, two Alertmanagers, four exporters')
    for (const host of replicas) {
      assert.match(await version(host), /^2\.53\./)
      await untilValue(fleet, host, 'shop:answer', '7')
    }
  })

  it('each replica replayed its log for at least ten seconds', async () => {
    for (const host of replicas) {
      const seconds = await replay(host)
      assert.ok(seconds >= 10, `the replay on ${host} took ${seconds} s`)
    }
    for (const out of polled.out) assert.ok(lengthOf(out) >= 10, JSON.stringify(polled.out))
  })

  it('told that the replay was awaited', () => {
    assert.match(upgraded.stderr, /mon-a prometheus: waiting: .*(replay|WAL)/i)
  })

  it('at no instant did both replicas refuse or say not ready', () => {
    assert.ok(polled.asked >= ((window.to - window.from) / 100) * 0.9, `asked only ${polled.asked} times`)
    assert.deepEqual(polled.allOut, [], JSON.stringify(polled.out))
  })

  it('no series of the surviving replica has a gap longer than two scrape intervals', async () => {
    for (const [index, host] of replicas.entries()) {
      for (const text of selectors) {
        const selector = text.replace('TWIN', host)
        const limit = 2 * (selector.includes('prometheus') ? scrapeInterval : 1000)
        const times = await sampleTimes(fleet, host, selector)
        const longer = gaps(times, window, limit, polled.out[index])
        assert.deepEqual(longer, [], `${selector} on ${host}`)
      }
    }
  })

  it('the alert was notified exactly once throughout', () => {
    assert.deepEqual([...countFiring(receiver.received()).values()], [1], JSON.stringify(receiver.received()))
  })

  it('and the next apply changes nothing', async () => {
    const next = await site.run('apply', '--json')
    assert.equal(next.code, 0, next.stdout)
    assert.equal(next.document().changed, 0, next.stdout)
  })

  it('does not go straight on to 3.x, which could not be undone, and touches nothing', async () => {
    await useSuite(site, 'forky')
    await assertVersionRefused(
      site,
      fleet,
      /^Prometheus 2\.53\.\S* is not upgraded to 3\.5\.\S* at once/,
      /2\.55\.1/,
    )
  })

  /** Seconds, as Prometheus itself says in the journal. */
  async function replay(host: string): Promise<number> {
    const pid = await mainPid(fleet, host, 'prometheus')
    const journal = await fleet.inside(host, `journalctl -q -o cat _PID=${pid} | grep 'WAL replay completed'`)
    const [, value = '', unit = ''] = /total_replay_duration=([\d.]+)(ms|s)/.exec(journal) ?? []
    return Number(value) / (unit === 'ms' ? 1000 : 1)
  }
})
