/** From one set of programs to the next: Debian's bookworm has a 2.42, its forky a 3.5. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Document } from '../../src/report/document.ts'
import { useFleet } from './support/fleet.ts'
import { get, pids, restarted } from './support/observe.ts'
import { overlap, watchOutages } from './support/outage.ts'
import { makeSite, type Site } from './support/site.ts'

describe('versions', function () {
  this.timeout(300_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    await fleet.blank()
    site = await makeSite(fleet)
    await site.edit(draft => {
      draft.artifacts.suite = 'bookworm'
    })
    // The lock file is that of the other suite.
    await site.drop('inventory.lock.yml')
  })
  after(() => site?.remove())

  const version = async (host: string) =>
    ((await get(fleet, host, 'prometheus', '/api/v1/status/buildinfo')) as { data: { version: string } }).data
      .version

  function assertAllPass({ checks = [] }: Document): void {
    for (const check of checks) assert.equal(check.status, 'pass', `${check.id}: ${check.detail}`)
  }

  it('builds and proves a stack of 2.x, where the replica label is expanded too', async () => {
    const { code, stdout, stderr, document } = await site.run('apply', '--json')
    assert.equal(code, 0, stdout + stderr)
    assertAllPass(document())
    for (const host of ['mon-a', 'mon-b']) assert.match(await version(host), /^2\.42\./)
    const again = await site.run('apply', '--json')
    assert.equal(again.document().changed, 0, again.stdout)
  })

  it('goes on to 3.x one replica after the other', async () => {
    await site.edit(draft => {
      draft.artifacts.suite = 'forky'
    })
    await site.drop('inventory.lock.yml')
    const before = await pids(fleet)
    const watched = watchOutages(
      ['mon-a', 'mon-b'].map(host => `http://${fleet.host(host).address}:9090/-/ready`),
    )
    const { code, stdout, stderr, document } = await site.run('apply', '--json')
    const [a = [], b = []] = await watched.stop()
    assert.equal(code, 0, stdout + stderr)
    assertAllPass(document())
    assert.equal(restarted(before, await pids(fleet)).length, 8)
    assert.deepEqual(overlap(a, b), [])
    for (const host of ['mon-a', 'mon-b']) assert.match(await version(host), /^3\./)
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
