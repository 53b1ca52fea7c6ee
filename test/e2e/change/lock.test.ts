/** Two people at once: one changes the hosts, the other waits or is told who does. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { after, afterEach, before, describe, it } from 'mocha'
import { labStatus } from '../../../src/lab/index.ts'
import { until } from '../../../src/lab/wait.ts'
import { lockScript } from '../../../src/shell/lock/lock.ts'
import { cutHost, healHost } from '../support/faults.ts'
import { useFleet } from '../support/fleet.ts'
import { assertServing, ports, snapshot } from '../support/observe.ts'
import { overlap, watchOutages } from '../support/outage.ts'
import type { Finished } from '../support/promha.ts'
import { makeSite, rules, type Site } from '../support/site.ts'

const rounds = Number(process.env.PROMHA_ROUNDS ?? 2)
const pair = ['mon-a', 'mon-b'] as const

describe('two runs at once', function () {
  this.timeout(300_000)
  const fleet = useFleet()
  let site: Site
  let turn = 0

  before(async () => {
    site = await makeSite(fleet)
    const { code, stderr } = await site.run('apply')
    assert.equal(code, 0, stderr)
  })
  after(() => site?.remove())
  afterEach('mend the hosts', async () => {
    for (const host of pair) await healHost({ name: fleet.lab().name, host })
    await fleet.onAll('[ ! -d /run/promha.lock ] || rmdir /run/promha.lock; : >/run/promha.lock', pair)
  })

  /** Something is to be changed on both replicas: by a reload, which is soon done. */
  async function nextTurn(): Promise<void> {
    turn += 1
    await site.put('rules/shop.yml', rules(`vector(${turn})`))
  }

  /** Both are to be restarted, and soak: long enough for two runs to meet. */
  async function nextRestart(): Promise<void> {
    turn += 1
    await site.edit(({ cells }) => {
      cells.lab.prometheus.flags['query.max-concurrency'] = 20 + turn
    })
  }

  const lockOf = (host: string) => fleet.inside(host, 'cat /run/promha.lock 2>/dev/null || :')
  const holder = /^run=(.*)$/m
  const runOf = async (host: string) => holder.exec(await lockOf(host))?.[1]
  /** Seconds since the holder of the lock was last heard of. */
  const silence = async (host: string) => {
    const [up = '', renewed = ''] = (
      await fleet.inside(host, "cat /proc/uptime; sed -n 's/^renewed=//p' /run/promha.lock")
    ).split('\n')
    return Number(up.split(' ')[0]) - Number(renewed)
  }
  /** Another person's run, which has half a minute from now. */
  const takenByEve = (host: string) => {
    const request = { run: '1-eve', who: 'eve@laptop', pid: 77, from: '', command: 'rollback' }
    return fleet.inside(host, lockScript(request).render('n'))
  }
  const me = `${userInfo().username}@${hostname()}`

  async function assertFree(): Promise<void> {
    for (const host of pair) assert.equal(await lockOf(host), '', host)
  }

  async function assertConverges(): Promise<void> {
    const next = await site.run('apply', '--json')
    assert.equal(next.code, 0, next.stdout + next.stderr)
    const last = await site.run('apply', '--json')
    assert.equal(last.code, 0, last.stdout)
    assert.equal(last.document().changed, 0)
    await assertServing(fleet)
    await assertFree()
  }

  function assertLocked({ code, stdout, stderr, document }: Finished, host: RegExp, holder: RegExp): void {
    assert.equal(code, 5, stdout + stderr)
    const { result, changed, errors = [] } = document()
    assert.equal(result, 'locked')
    assert.equal(changed, 0)
    assert.equal(errors.length, 1)
    assert.match(errors[0]?.host ?? '', host)
    assert.match(errors[0]?.summary ?? '', holder)
    assert.match(errors[0]?.summary ?? '', /since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, for \d+/)
    assert.match(errors[0]?.remedy ?? '', /--lock-timeout/)
  }

  /** While the work goes on: both replicas and both Alertmanagers never fail together, and no two runs hold the pair. */
  async function watched<T>(work: () => Promise<T>): Promise<T> {
    const urls = (['prometheus', 'alertmanager'] as const).flatMap(unit =>
      pair.map(host => `http://${fleet.host(host).address}:${ports[unit]}/-/ready`),
    )
    const outages = watchOutages(urls)
    const end = new AbortController()
    const watching = Promise.all(pair.map(host => watchHolders(host, end.signal)))
    const result = await work().finally(() => end.abort())
    const [promA = [], promB = [], alertA = [], alertB = []] = await outages.stop()
    assert.deepEqual(overlap(promA, promB), [], 'one replica always answered')
    assert.deepEqual(overlap(alertA, alertB), [], 'one Alertmanager always answered')
    const [a = [], b = []] = await watching
    for (const run of new Set([...a, ...b].map(seen => seen.run))) {
      const held = (seen: readonly Seen[]) => seen.filter(one => one.run === run).map(({ at }) => at)
      const [onA, onB] = [held(a), held(b)]
      const longest = Math.max(...[onA, onB].map(times => (times.at(-1) ?? 0) - (times[0] ?? 0)))
      // One that finds the second lock held lets go of the first at once.
      if (longest > 5000) assert.ok(onA.length > 0 && onB.length > 0, `${run} held both`)
      const from = Math.max(onA[0] ?? Number.POSITIVE_INFINITY, onB[0] ?? Number.POSITIVE_INFINITY)
      const to = Math.min(onA.at(-1) ?? 0, onB.at(-1) ?? 0)
      const between = [...a, ...b].filter(one => one.run !== run && one.at > from && one.at < to)
      assert.deepEqual(between, [], `nobody else had a lock while ${run} held both`)
    }
    return result
  }

  interface Seen {
    readonly at: number
    readonly run: string
  }

  async function watchHolders(host: string, end: AbortSignal): Promise<readonly Seen[]> {
    const seen: Seen[] = []
    // A process for each look would take the machine from those who are watched.
    const { hosts = [] } = (await labStatus({ name: fleet.lab().name })) ?? {}
    const { pid } = hosts.find(({ name }) => name === host) ?? {}
    while (!end.aborted) {
      const at = performance.now()
      const [, run] = holder.exec(await readFile(`/proc/${pid}/root/run/promha.lock`, 'utf8')) ?? []
      if (run !== undefined) seen.push({ at, run })
      await pause(100)
    }
    return seen
  }

  describe('begun in the same moment', () => {
    for (let round = 1; round <= rounds; round += 1) {
      const limits = round % 2 === 1 ? [['mon-a'], ['mon-b']] : [[], []]
      const words = round % 2 === 1 ? 'each limited to one half of the pair' : 'with equal limits'
      it(`${words}: no interleaving (${round} of ${rounds})`, async () => {
        await nextRestart()
        const ended = await watched(() =>
          Promise.all(
            limits.map(limit => site.run('apply', '--json', ...limit.flatMap(host => ['--limit', host]))),
          ),
        )
        assert.ok(
          ended.some(({ code }) => code === 0),
          ended.map(({ stderr }) => stderr).join('\n'),
        )
        for (const one of ended) {
          if (one.code !== 0)
            assertLocked(one, /^mon-[ab]$/, new RegExp(`\`promha apply\` of ${me} \\(process \\d+\\)`))
        }
        await watched(assertConverges)
      })
    }
  })

  it('waits with --lock-timeout, and then does its own half', async () => {
    await nextRestart()
    const [first, second] = await watched(async () => {
      const begun = site.start('apply', '-v', '--limit', 'mon-a')
      await begun.says(/^Changing/m)
      const waiting = site.run('apply', '--json', '--limit', 'mon-b', '--lock-timeout', '4m')
      return Promise.all([begun.done, waiting])
    })
    assert.equal(first.code, 0, first.stderr)
    assert.equal(second.code, 0, second.stdout + second.stderr)
    assert.deepEqual(Object.keys(second.document().hosts ?? {}), ['mon-b'])
    assert.notEqual(second.document().changed, 0)
    await assertConverges()
  })

  it('is told who holds it, on whichever member, and changes nothing', async () => {
    await nextTurn()
    const before = await snapshot(fleet)
    await takenByEve('mon-b')
    const holder = /^mon-b is locked by `promha rollback` of eve@laptop \(process 77\) since/
    assertLocked(await site.run('apply', '--json', '--limit', 'mon-a'), /^mon-b$/, holder)
    assert.equal(await lockOf('mon-a'), '')
    await takenByEve('mon-b')
    const { code, stderr, stdout } = await site.run('apply')
    assert.equal(code, 5)
    assert.match(stderr, /eve@laptop/)
    assert.match(stdout, /Another run holds the lock; nothing was changed/)
    assert.deepEqual(await snapshot(fleet), before)
    assert.equal(await runOf('mon-b'), '1-eve')
  })

  it('needs no lock to read, nor to find nothing to change', async () => {
    await assertConverges()
    for (const command of ['plan', 'apply', 'verify', 'status']) {
      for (const host of pair) await takenByEve(host)
      const { code, stdout, stderr } = await site.run(command)
      assert.equal(code, 0, `${command}: ${stdout}${stderr}`)
    }
    assert.equal(await runOf('mon-a'), '1-eve')
  })

  it('ends with Ctrl-C while it waits, and holds nothing', async () => {
    await nextTurn()
    const before = await snapshot(fleet)
    await takenByEve('mon-b')
    const run = site.start('apply', '-v', '--json', '--lock-timeout', '2m')
    await run.says(/^Locking/m)
    await pause(1500)
    run.kill('SIGINT')
    const { code, stdout, document } = await run.done
    assert.equal(code, 130, stdout)
    assert.equal(document().result, 'interrupted')
    assert.deepEqual(await snapshot(fleet), before)
    assert.equal(await lockOf('mon-a'), '')
  })

  it('frees the locks on Ctrl-C in the middle of a change', async () => {
    await nextTurn()
    const run = site.start('apply', '-v')
    await run.says(/^Changing/m)
    run.kill('SIGINT')
    assert.equal((await run.done).code, 130)
    await assertFree()
    await watched(assertConverges)
  })

  it('names the host whose lock cannot be had, changes neither it nor its twin, and frees the others', async () => {
    await nextTurn()
    const before = await snapshot(fleet)
    await fleet.inside('mon-b', 'rm -f /run/promha.lock; mkdir /run/promha.lock')
    const { code, stdout, document } = await site.run('apply', '--json')
    assert.equal(code, 3, stdout)
    const error = (document().errors ?? []).find(({ summary }) => summary.includes('cannot be locked'))
    assert.equal(error?.host, 'mon-b')
    assert.match(error.summary, /mon-b cannot be locked: \/run\/promha\.lock is there, but is no file/)
    assert.equal(await lockOf('mon-a'), '')
    assert.deepEqual(await snapshot(fleet), before)
  })

  it('takes over at once from a run that was killed on this machine', async () => {
    await nextTurn()
    const killed = site.start('apply', '-v')
    await killed.says(/^Changing/m)
    const dead = await runOf('mon-a')
    assert.ok(dead !== undefined)
    killed.kill('SIGKILL')
    await killed.done
    const next = site.start('apply', '--json', '-v')
    await until('the lock to be taken over', 20_000, async () => {
      const run = await runOf('mon-a')
      return run !== undefined && run !== dead
    })
    const { code, stdout, stderr } = await next.done
    assert.equal(code, 0, stdout + stderr)
    await watched(assertConverges)
  })

  it('waits for one of elsewhere that died until half a minute after its last sign of life', async () => {
    await nextTurn()
    await takenByEve('mon-b')
    const began = performance.now()
    const { code, stdout, stderr } = await site.run('apply', '--json', '--lock-timeout', '60s')
    assert.equal(code, 0, stdout + stderr)
    assert.ok(performance.now() - began > 25_000, 'nobody knows earlier that it died')
  })

  it('takes over from a run whose connections were cut without a goodbye', async () => {
    await nextTurn()
    const cut = site.start('apply', '-v')
    await cut.says(/^Changing/m)
    const dead = await runOf('mon-a')
    for (const host of pair) await cutHost({ name: fleet.lab().name, host })
    const { code, stderr } = await cut.done
    assert.equal(code, 3, stderr)
    assert.equal(await runOf('mon-a'), dead, 'nobody could free it')
    for (const host of pair)
      await until(`the lock of ${host} to lapse`, 35_000, async () => (await silence(host)) > 30)
    for (const host of pair) await healHost({ name: fleet.lab().name, host })
    const next = await site.run('apply', '--json')
    assert.equal(next.code, 0, next.stdout + next.stderr)
    await assertConverges()
  })
})
