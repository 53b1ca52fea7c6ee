/** What is told of units that the admin of a host has masked, or whose settings a drop-in replaces. */
import assert from 'node:assert/strict'
import type { HostSession } from '../../src/engine/hosts.ts'
import { unitWarnings } from '../../src/engine/units.ts'
import { planInstance } from '../../src/plan/plan.ts'
import type { UnitFacts } from '../../src/resource/observed.ts'
import { blank, built, hash, path, prometheus } from '../plan/host.ts'

const unit: UnitFacts = {
  ...{ load: 'loaded', active: 'active', enabled: true, activeFor: 5, needsDaemonReload: false },
}
const session = (facts: Partial<UnitFacts>) =>
  ({
    ...{ host: { name: 'mon-a' }, instances: [prometheus], problems: [] },
    observed: { ...blank, units: new Map([['prometheus.service', { ...unit, ...facts }]]) },
  }) as unknown as HostSession
const told = (facts: Partial<UnitFacts>) => unitWarnings(session(facts))

describe('a unit that the admin changed', () => {
  it('is not warned of if nothing of it is replaced', () => {
    assert.deepEqual(told({}), [])
    assert.deepEqual(unitWarnings({ ...session({}), instances: [] }), [])
  })

  it('is warned of once for each setting that drop-ins replace, with the way back', () => {
    const [a, b] = ['/etc/systemd/system/prometheus.service.d/a.conf', '/run/systemd/system/x.d/b.conf']
    const problems = told({
      replaced: [
        { path: a, key: 'ExecStart' },
        { path: a, key: 'ExecStart' },
        { path: b, key: 'ExecStart' },
        { path: b, key: 'Environment' },
        { path: b, key: 'User' },
      ],
    })
    assert.deepEqual(
      problems.map(({ severity, summary }) => `${severity}: ${summary}`),
      ['ExecStart', 'REPLICA', 'User'].map(
        setting => `warning: a drop-in of prometheus.service on mon-a replaces ${setting}`,
      ),
    )
    assert.ok(problems[0]?.detail?.startsWith(`${a}, ${b}: the flags of the inventory have no effect`))
    assert.match(
      problems[0]?.remedy ?? '',
      /`systemctl daemon-reload && systemctl restart prometheus\.service`/,
    )
  })

  it('is called masked, and apply is said to unmask it', () => {
    assert.equal(
      told({ load: 'masked' })[0]?.summary,
      'prometheus.service on mon-a is masked; apply unmasks it',
    )
    const all = built(prometheus)
    const masked = {
      ...all,
      paths: new Map([
        ...all.paths,
        ['/etc/systemd/system/prometheus.service', path('link', 0o777, 'root', 'root')],
      ]),
      units: new Map([['prometheus.service', { ...unit, load: 'masked', active: 'inactive' }]]),
    }
    const plan = planInstance(prometheus, masked, hash)
    assert.equal(plan.changes[0]?.reason, 'unit is masked; apply unmasks it')
    assert.ok(plan.backups.includes('/etc/systemd/system/prometheus.service'))
    const resources = prometheus.resources.map(one =>
      one.kind === 'unit' ? { ...one, note: 'listens on all addresses' } : one,
    )
    const [first] = planInstance({ ...prometheus, resources }, masked, hash).changes
    assert.equal(first?.resource, 'unit:prometheus.service')
    assert.equal(first?.reason, 'unit is masked; apply unmasks it; listens on all addresses')
  })
})
