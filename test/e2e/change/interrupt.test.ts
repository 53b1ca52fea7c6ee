/** Runs that do not come to their end: whatever cuts them, no program is left half changed, and the next run does the rest. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import { chance } from '../support/chance.ts'
import { cutHost, healHost, killHost, startHost } from '../support/faults.ts'
import { useFleet } from '../support/fleet.ts'
import { assertServing, mainPid, pids, restarted, snapshot, units, untilValue } from '../support/observe.ts'
import { overlap, watchOutages } from '../support/outage.ts'
import { makeSite, rules, type Site } from '../support/site.ts'

/**
 * Milliseconds that the changes of `nextTurn` take at least: the exporters soak for 8 s at once, then one replica does,
 * and then the other.
 */
const length = 24_000

describe('a run that is cut short', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site
  let turn = 0

  before(async function () {
    this.timeout(300_000)
    site = await makeSite(fleet)
    const { code, stderr } = await site.run('apply')
    assert.equal(code, 0, stderr)
  })
  after(() => site?.remove())

  beforeEach(function () {
    return nextTurn(!this.currentTest?.title.includes('programs are sent'))
  })
  afterEach('mend the hosts', async () => {
    await startHost({ name: fleet.lab().name, host: 'mon-a' })
    await healHost({ name: fleet.lab().name, host: 'app-01' })
  })

  /** The rules get another value and, for a restart, every Prometheus and exporter another flag. */
  async function nextTurn(restart = true): Promise<void> {
    turn += 1
    await site.put('rules/shop.yml', rules(`vector(${turn})`))
    if (!restart) return
    await site.edit(({ cells }) => {
      cells.lab.prometheus.flags['query.max-concurrency'] = 20 + turn
      cells.lab.exporters.node.flags['web.max-requests'] = 40 + turn
    })
  }

  /** The next apply completes it, and one more finds nothing to do. */
  async function assertConverges(): Promise<void> {
    const next = await site.run('apply', '--json')
    assert.equal(next.code, 0, next.stdout + next.stderr)
    await assertServing(fleet)
    for (const host of ['mon-a', 'mon-b']) await untilValue(fleet, host, 'shop:answer', `${turn}`)
    const running = await pids(fleet)
    const last = await site.run('apply', '--json')
    assert.equal(last.code, 0, last.stdout)
    assert.equal(last.document().changed, 0)
    assert.deepEqual(restarted(running, await pids(fleet)), [])
    const leftovers =
      "find /usr/local/bin /etc /usr/share/prometheus /var/lib/promha -name '.promha-*' -o -path '*/staging/*' | sort"
    assert.deepEqual((await fleet.onAll(leftovers)).join(''), '')
  }

  /** Runs with the flags that its unit file names, whichever those are. */
  async function assertNoneHalfway(): Promise<void> {
    for (const host of fleet.names) {
      for (const unit of host.startsWith('mon-') ? units : (['node_exporter'] as const)) {
        const pid = await mainPid(fleet, host, unit)
        assert.notEqual(pid, 0, `${unit} on ${host} runs`)
        const file = await fleet.inside(host, `cat /etc/systemd/system/${unit}.service`)
        const words = (await fleet.inside(host, `tr '\\0' '\\n' </proc/${pid}/cmdline`)).split('\n')
        for (const word of words.filter(text => text.startsWith('--')))
          assert.ok(file.includes(` ${word}`), `${host} ${word}`)
        assert.equal(await fleet.inside(host, `systemctl show -p NeedDaemonReload --value ${unit}`), 'no')
      }
    }
  }

  describe('by a signal that cannot be caught, at any moment', () => {
    const next = chance('moments of the kill')
    it('in a change of many programs', async () => {
      const watched = watchOutages(
        ['mon-a', 'mon-b'].map(host => `http://${fleet.host(host).address}:9090/-/ready`),
      )
      const run = site.start('apply', '-v')
      await run.says(/^Changing/m)
      await delay(next() * length)
      run.kill('SIGKILL')
      const { code } = await run.done
      assert.notEqual(code, 0)
      await assertConverges()
      const [a = [], b = []] = await watched.stop()
      assert.deepEqual(overlap(a, b), [], 'one replica always answered')
    })

    it('while programs are sent', async () => {
      await fleet.blank(['app-01', 'app-02'])
      await fleet.inside('mon-b', 'rm /usr/local/bin/prometheus /usr/local/bin/amtool')
      const run = site.start('apply', '-v')
      await run.says(/^Sending programs/m)
      await delay(next() * 1000)
      run.kill('SIGKILL')
      assert.notEqual((await run.done).code, 0)
      await assertConverges()
    })
  })

  it('by Ctrl-C: the step at work is finished, and no other is begun', async () => {
    const next = chance('moment of the interrupt')
    const before = await snapshot(fleet)
    const run = site.start('apply', '--json', '-v')
    await run.says(/^Changing/m)
    await delay(next() * length * 0.5)
    run.kill('SIGINT')
    const { code, stdout, stderr, document } = await run.done
    assert.equal(code, 130, stdout + stderr)
    assert.equal(document().result, 'interrupted')
    await assertNoneHalfway()
    const now = await snapshot(fleet)
    for (const [host, { status, changes }] of Object.entries(document().hosts ?? {})) {
      assert.ok(['changed', 'skipped'].includes(status), `${host} ${status}`)
      assert.equal(changes.length > 0, now[host] !== before[host], `${host} tells what was done`)
    }
    // The step at work may have been the last one.
    const left = Object.values(document().hosts ?? {}).some(({ status }) => status === 'skipped')
    assert.equal((await site.run('plan')).code, left ? 2 : 0)
    await assertConverges()
  })

  it('by Ctrl-C before anything is changed: all is as it was', async () => {
    const before = await snapshot(fleet)
    const run = site.start('apply', '--json', '-v')
    await run.says(/^Looking at hosts/m)
    run.kill('SIGINT')
    const { code, stdout, document } = await run.done
    assert.equal(code, 130, stdout)
    assert.equal(document().result, 'interrupted')
    assert.deepEqual(await snapshot(fleet), before)
  })

  it("by the first replica's power cut: the second is not begun", async () => {
    const which = { name: fleet.lab().name, host: 'mon-a' }
    const old = await mainPid(fleet, 'mon-a', 'prometheus')
    const twin = await mainPid(fleet, 'mon-b', 'prometheus')
    const run = site.start('apply', '--json')
    await until(
      'a to be restarted',
      60_000,
      async () => (await mainPid(fleet, 'mon-a', 'prometheus')) !== old,
    )
    await killHost(which)
    const { code, stdout, document } = await run.done
    try {
      assert.equal(code, 3, stdout)
      assert.equal(document().hosts?.['mon-a']?.status, 'failed')
      assert.match(document().hosts?.['mon-a']?.error ?? '', /prometheus/)
      assert.equal(await mainPid(fleet, 'mon-b', 'prometheus'), twin)
      assert.equal(document().hosts?.['app-01']?.status, 'changed')
    } finally {
      await startHost(which)
    }
    await assertConverges()
  })

  it('by a cable that is pulled while programs are sent: the other hosts go on', async () => {
    await fleet.blank(['app-01', 'app-02'])
    const which = { name: fleet.lab().name, host: 'app-01' }
    const run = site.start('apply', '--json', '-v')
    await run.says(/^Sending programs/m)
    await cutHost(which)
    const { code, stdout, document } = await run.done
    await healHost(which)
    assert.equal(code, 3, stdout)
    const { hosts = {} } = document()
    assert.equal(hosts['app-01']?.status, 'failed')
    assert.equal(hosts['app-02']?.status, 'changed')
    assert.equal(hosts['mon-b']?.status, 'changed')
    await assertConverges()
  })
})
