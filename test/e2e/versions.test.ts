/** From one set of programs to the next: Debian's bookworm has a 2.42, its trixie a 2.53, its forky a 3.5. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Document } from '../../src/report/document.ts'
import { useFleet } from './support/fleet.ts'
import { get, pids, restarted, snapshot } from './support/observe.ts'
import { overlap, watchOutages } from './support/outage.ts'
import { makeSite, type Site } from './support/site.ts'

describe('versions', function () {
  this.timeout(300_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    await fleet.blank()
    site = await makeSite(fleet)
    await useSuite('bookworm')
  })
  after(() => site?.remove())

  /** The lock file is that of the other suite. */
  async function useSuite(suite: string): Promise<void> {
    await site.edit(draft => {
      draft.artifacts.suite = suite
    })
    await site.drop('inventory.lock.yml')
  }

  const version = async (host: string) =>
    ((await get(fleet, host, 'prometheus', '/api/v1/status/buildinfo')) as { data: { version: string } }).data
      .version

  function assertAllPass({ checks = [] }: Document): void {
    for (const check of checks) assert.equal(check.status, 'pass', `${check.id}: ${check.detail}`)
  }

  /** The whole request is refused, and what runs and what lies on the hosts is as it was. */
  async function assertRefused(summary: RegExp, remedy: RegExp): Promise<void> {
    const before = [await pids(fleet), await snapshot(fleet)]
    const { code, stdout, document } = await site.run('apply', '--json')
    assert.equal(code, 1, stdout)
    const { errors = [], result } = document()
    assert.equal(result, 'refused')
    assert.deepEqual(errors.map(({ host }) => host).sort(), ['mon-a', 'mon-b'])
    for (const error of errors) {
      assert.match(error.summary, summary)
      assert.match(error.remedy ?? '', remedy)
      assert.equal(error.resource, 'program:/usr/local/bin/prometheus')
    }
    assert.deepEqual([await pids(fleet), await snapshot(fleet)], before)
  }

  it('builds and proves a stack of 2.x, where the replica label is expanded too', async () => {
    const { code, stdout, stderr, document } = await site.run('apply', '--json')
    assert.equal(code, 0, stdout + stderr)
    assertAllPass(document())
    for (const host of ['mon-a', 'mon-b']) assert.match(await version(host), /^2\.42\./)
    const again = await site.run('apply', '--json')
    assert.equal(again.document().changed, 0, again.stdout)
  })

  it('refuses to go straight to 3.x, which could not be undone, and touches nothing', async () => {
    await useSuite('forky')
    await assertRefused(/^Prometheus 2\.42\.\S* is not upgraded to 3\.5\.\S* at once/, /2\.55\.1/)
  })

  it('goes on within 2.x, one replica after the other', async () => {
    await useSuite('trixie')
    const before = await pids(fleet)
    const watched = watchOutages(
      ['mon-a', 'mon-b'].map(host => `http://${fleet.host(host).address}:9090/-/ready`),
    )
    const { code, stdout, stderr, document } = await site.run('apply', '--json')
    const [a = [], b = []] = await watched.stop()
    assert.equal(code, 0, stdout + stderr)
    assertAllPass(document())
    assert.equal(restarted(before, await pids(fleet)).length, 8)
    assert.ok(a.length > 0 && b.length > 0)
    assert.deepEqual(overlap(a, b), [])
    for (const host of ['mon-a', 'mon-b']) assert.match(await version(host), /^2\.53\./)
  })

  it('refuses to go from 3.x back to what cannot read its data', async () => {
    await fleet.blank()
    await useSuite('forky')
    const { code, stdout, stderr } = await site.run('apply', '--json')
    assert.equal(code, 0, stdout + stderr)
    for (const host of ['mon-a', 'mon-b']) assert.match(await version(host), /^3\./)
    await useSuite('trixie')
    await assertRefused(/^Prometheus 3\.5\.\S* cannot go back to 2\.53\./, /2\.55/)
    await useSuite('forky')
  })

  it('refuses a version that the suite does not have', async () => {
    await site.edit(draft => {
      draft.versions.prometheus = '3.13.2'
    })
    const before = await pids(fleet)
    const { code, stdout, document } = await site.run('apply', '--json')
    assert.equal(code, 1, stdout)
    assert.match(document().errors?.[0]?.summary ?? '', /3\.13\.2/)
    assert.deepEqual(restarted(before, await pids(fleet)), [])
    await site.edit(draft => {
      delete draft.versions.prometheus
    })
    assert.equal((await site.run('plan')).code, 0)
  })
})
