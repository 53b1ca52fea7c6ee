/** Another set of programs, and that it is refused. */
import assert from 'node:assert/strict'
import type { Fleet } from './fleet.ts'
import { pids, snapshot } from './observe.ts'
import type { Site } from './site.ts'

/** Debian's bookworm has a Prometheus 2.42, its trixie a 2.53, its forky a 3.5. */
export async function useSuite(site: Site, suite: 'bookworm' | 'trixie' | 'forky'): Promise<void> {
  await site.edit(({ artifacts }) => {
    artifacts.suite = suite
  })
  // It is that of the other suite.
  await site.drop('inventory.lock.yml')
}

/** An apply is refused for both replicas, and what runs and what lies on the hosts is as it was. */
export async function assertVersionRefused(
  site: Site,
  fleet: Fleet,
  summary: RegExp,
  remedy: RegExp,
): Promise<void> {
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
