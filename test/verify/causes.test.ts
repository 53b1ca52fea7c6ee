import assert from 'node:assert/strict'
import { byCause } from '../../src/verify/causes.ts'
import type { Check } from '../../src/verify/model.ts'

const check = (id: string, target: string, status: Check['status'], rest: Partial<Check> = {}): Check => {
  return { id, target, status, detail: `${id} ${status}`, cell: 'eu', ...rest }
}
const ids = (checks: readonly Check[]) => checks.map(({ id, target }) => `${id} ${target}`)
const away = { cause: { host: 'mon-b' }, detail: 'mon-b could not be reached: no answer' }
const stopped = { cause: { host: 'mon-a', component: 'prometheus' }, detail: 'prometheus on mon-a: stopped' }

describe('what verify found, by its causes', () => {
  it('is as it is if everything answers', () => {
    const checks = [check('a', 'eu', 'pass'), check('b', 'eu', 'fail')]
    const found = byCause(checks)
    assert.deepEqual([found.causes, found.waiting, found.works], [[], [], []])
    assert.deepEqual(found.others, checks)
  })

  it('names a host once, for all checks that asked it or are about it', () => {
    const found = byCause([
      check('prometheus.ready', 'mon-b/prometheus', 'fail', { ...away, remedy: 'Boot it.' }),
      check('prometheus.mutual', 'eu', 'fail', away),
      check('alertmanager.ready', 'mon-b/alertmanager', 'fail', away),
      check('exporter.up', 'mon-b/node_exporter', 'fail'),
      check('exporter.up', 'app-1/node_exporter', 'fail'),
      check('alertmanager.notifications', 'eu', 'warn'),
    ])
    assert.deepEqual(found.causes, [{ target: 'mon-b', detail: away.detail, remedy: 'Boot it.' }])
    assert.equal(found.waiting.length, 4)
    assert.deepEqual(ids(found.others), ['exporter.up app-1/node_exporter', 'alertmanager.notifications eu'])
  })

  it('names no program of a host that is named itself', () => {
    const found = byCause([
      check('a', 'mon-b/prometheus', 'fail', { cause: { host: 'mon-b', component: 'prometheus' } }),
      check('b', 'eu', 'fail', away),
      check('c', 'mon-a/prometheus', 'fail', stopped),
    ])
    assert.deepEqual(
      found.causes.map(({ target }) => target),
      ['mon-b', 'mon-a/prometheus'],
    )
    assert.equal(found.waiting.length, 3)
  })

  it('takes what follows for a finding of its own if nothing is away', () => {
    const follows = check('prometheus.targets_up', 'mon-a/prometheus', 'fail', { follows: true })
    assert.deepEqual(byCause([follows]).others, [follows])
    assert.deepEqual(byCause([follows, check('a', 'eu', 'fail', away)]).others, [])
  })

  it('says what still works in the cells that it concerns, and by whom', () => {
    const found = byCause([
      check('prometheus.ready', 'mon-a/prometheus', 'pass', { offer: { what: 'queries', by: 'mon-a' } }),
      check('prometheus.ready', 'mon-b/prometheus', 'fail', { ...away, offer: { what: 'queries' } }),
      check('alertmanager.ready', 'mon-b/alertmanager', 'fail', { ...away, offer: { what: 'alerts' } }),
      check('vip.one_holder', 'eu/loadbalancer', 'fail', {
        ...away,
        offer: { what: 'addresses', by: '192.0.2.1 on mon-a' },
      }),
      check('prometheus.ready', 'us-a/prometheus', 'pass', {
        cell: 'us',
        offer: { what: 'queries', by: 'us-a' },
      }),
    ])
    assert.deepEqual(found.works, [
      {
        cell: 'eu',
        offers: [
          { what: 'queries', by: ['mon-a'] },
          { what: 'alerts', by: [] },
          { what: 'addresses', by: ['192.0.2.1 on mon-a'] },
        ],
      },
    ])
  })
})
