/** promha is gone in the middle of a change: the host itself goes back to what was confirmed, and serves it. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import { rebootHost } from '../support/faults.ts'
import { useFleet } from '../support/fleet.ts'
import {
  assertServing,
  mainPid,
  pids,
  restarted,
  snapshot,
  untilServing,
  untilValue,
} from '../support/observe.ts'
import { makeSite, rules, type Site } from '../support/site.ts'

/** Seconds without a sign of life after which a host begins to undo, and what it may take until that is seen. */
const silence = 60
const slack = 15

describe('a change that nobody confirms', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site
  let confirmed: Record<string, string>
  /** What the rules yield and a flag says: as it was confirmed last, and as the inventory has it. */
  let standing = 1
  let wanted = 1

  before(async function () {
    this.timeout(300_000)
    site = await makeSite(fleet)
    await want(1)
    const { code, stderr, stdout } = await site.run('apply')
    assert.equal(code, 0, stdout + stderr)
    await untilValue(fleet, 'mon-a', 'shop:answer', '1')
  })
  after(() => site?.remove())

  beforeEach(async () => {
    assert.equal((await site.run('apply', '--json')).document().changed, 0)
    standing = wanted
    confirmed = await snapshot(fleet, ['mon-a', 'mon-b'])
  })

  async function want(value: number): Promise<void> {
    wanted = value
    await site.put('rules/shop.yml', rules(`vector(${value})`))
    await site.edit(({ cells }) => {
      cells.lab.prometheus.flags['query.max-concurrency'] = 20 + value
    })
  }

  /**
   * Ends promha when mon-a's Prometheus was told to restart with another flag and other rules, and gives the seconds
   * since mon-a last heard of it.
   */
  async function killInTheMiddle(value: number): Promise<() => number> {
    await want(value)
    const old = await mainPid(fleet, 'mon-a', 'prometheus')
    const run = site.start('apply', '-v')
    await until('a to be restarted', 60_000, async () => {
      const now = await mainPid(fleet, 'mon-a', 'prometheus')
      return now !== old && now !== 0
    })
    run.kill('SIGKILL')
    await run.done
    const stamp = await fleet.inside('mon-a', 'cat /var/lib/promha/state/prometheus')
    assert.match(stamp, /^restart=changing /, 'it is not confirmed yet')
    const heard = Number(await fleet.inside('mon-a', "sed -n 's/^renewed=//p' /run/promha.lock"))
    const up = Number((await fleet.inside('mon-a', 'cat /proc/uptime')).split(' ')[0])
    const ended = performance.now() / 1000 - (up - heard)
    return () => performance.now() / 1000 - ended
  }

  async function isAsConfirmed(): Promise<boolean> {
    const staging = await fleet.inside('mon-a', 'ls /var/lib/promha/staging')
    return staging === ''
  }

  async function assertServesOld(): Promise<void> {
    await untilServing(fleet)
    await untilValue(fleet, 'mon-a', 'shop:answer', `${standing}`)
    // Processes are others, and all that lies on the disk is as it was.
    const steady = (text = '') => text.replace(/^MainPID=.*$/gm, '')
    const now = await snapshot(fleet, ['mon-a', 'mon-b'])
    for (const host of ['mon-a', 'mon-b']) assert.equal(steady(now[host]), steady(confirmed[host]), host)
    assert.match(await fleet.inside('mon-a', 'cat /var/lib/promha/state/prometheus'), / undone=\d+$/m)
  }

  /** Another apply, with what the inventory says by then, needs nobody's help. */
  async function assertConverges(): Promise<void> {
    const next = await site.run('apply', '--json')
    assert.equal(next.code, 0, next.stdout)
    for (const host of ['mon-a', 'mon-b']) await untilValue(fleet, host, 'shop:answer', `${wanted}`)
    assert.doesNotMatch(await fleet.inside('mon-a', 'cat /var/lib/promha/state/prometheus'), /undone=/)
    const running = await pids(fleet)
    assert.equal((await site.run('apply', '--json')).document().changed, 0)
    assert.deepEqual(restarted(running, await pids(fleet)), [])
  }

  /** So does one with what it said before: then nothing is left to do. */
  async function assertIsAsBefore(): Promise<void> {
    await want(standing)
    const next = await site.run('apply', '--json')
    assert.equal(next.code, 0, next.stdout)
    assert.equal(next.document().changed, 0, next.stdout)
    assert.doesNotMatch(await fleet.inside('mon-a', 'cat /var/lib/promha/state/prometheus'), /undone=/)
  }

  it('is undone by the host a minute after promha was killed', async () => {
    const heard = await killInTheMiddle(2)
    assert.equal(await fleet.inside('mon-a', 'systemctl is-active promha-guard'), 'active')
    await until('the host to undo it', (silence + slack) * 1000, isAsConfirmed)
    const took = heard()
    assert.ok(took >= silence - 1 && took <= silence + slack, `${took} s`)
    await assertServesOld()
    await until('the guard to end', 10_000, async () => {
      const state = await fleet.inside('mon-a', 'systemctl is-active promha-guard || :')
      return state === 'inactive'
    })
    await assertConverges()
  })

  it('is undone by the host after a reboot, too', async () => {
    await killInTheMiddle(3)
    await rebootHost({ name: fleet.lab().name, host: 'mon-a' })
    const booted = performance.now()
    await until('the host to undo it', (silence + slack) * 1000, isAsConfirmed)
    assert.ok(performance.now() - booted > 20_000, 'not at once: promha may come back')
    await assertServesOld()
    await assertServing(fleet)
    await assertIsAsBefore()
  })

  it('is undone by the next run, where that is faster', async () => {
    const heard = await killInTheMiddle(4)
    await want(standing)
    const next = await site.run('apply', '--json', '--lock-timeout', '40s')
    assert.equal(next.code, 0, next.stdout)
    assert.ok(heard() < silence)
    await untilValue(fleet, 'mon-a', 'shop:answer', `${standing}`)
    assert.equal((await site.run('apply', '--json')).document().changed, 0)
  })

  it('is not begun if the host cannot start what would undo it', async () => {
    const folder = '/etc/systemd/system/promha-guard.service.d'
    await fleet.inside(
      'mon-a',
      `mkdir ${folder}; printf '[Service]\\nRootDirectory=/nowhere\\n' >${folder}/broken.conf; systemctl daemon-reload`,
    )
    try {
      await want(5)
      const { code, stdout } = await site.run('apply', '--json')
      assert.equal(code, 3, stdout)
      assert.match(stdout, /promha-guard\.service/)
    } finally {
      await fleet.inside('mon-a', `rm -r ${folder}; systemctl daemon-reload`)
    }
    assert.ok(await isAsConfirmed())
    await untilServing(fleet)
    await untilValue(fleet, 'mon-a', 'shop:answer', `${standing}`)
    await assertConverges()
  })

  it('is undone by the host if it was the first one there: files, directories and users', async () => {
    await fleet.blank(['app-02'])
    // Its service starts slowly, so that nothing is confirmed before promha is gone.
    const folder = '/run/systemd/system/node_exporter.service.d'
    await fleet.inside(
      'app-02',
      `mkdir ${folder}; printf '[Service]\\nExecStartPre=/bin/sleep 20\\n' >${folder}/slow.conf`,
    )
    const run = site.start('apply', '--limit', 'app-02')
    await until('its service to be started', 60_000, async () => {
      const state = await fleet.inside('app-02', 'systemctl is-active node_exporter || :')
      return state === 'activating'
    })
    run.kill('SIGKILL')
    await run.done
    const left = () =>
      fleet.inside(
        'app-02',
        `ls -d /etc/systemd/system/node_exporter.service /usr/local/bin/node_exporter /var/lib/node_exporter 2>/dev/null || :
ls -A /var/lib/promha/staging
getent passwd node-exp || :`,
      )
    assert.match(await left(), /^node-exp:/m)
    await until('the host to undo it', (silence + slack) * 1000, async () => (await left()) === '')
    await fleet.inside('app-02', `rm -r ${folder}; systemctl daemon-reload`)
    const next = await site.run('apply', '--json')
    assert.equal(next.code, 0, next.stdout)
  })
})
