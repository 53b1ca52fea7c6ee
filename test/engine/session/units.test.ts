/** What is told of units that the admin of a host has masked, or whose settings a drop-in replaces. */
import assert from 'node:assert/strict'
import { unitWarnings } from '../../../src/engine/session/units.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import { sha256 } from '../../../src/resource/hash.ts'
import type { UnitFacts } from '../../../src/resource/observed.ts'
import { blank, built, hash, path, prometheus } from '../../plan/host.ts'
import { runOf } from '../runs.ts'

const unit: UnitFacts = {
  ...{ load: 'loaded', active: 'active', enabled: true, activeFor: 5, needsDaemonReload: false },
}
const session = (facts: Partial<UnitFacts>) =>
  runOf('mon-a', {
    desired: [prometheus],
    observed: { ...blank, units: new Map([['prometheus.service', { ...unit, ...facts }]]) },
  })
const told = (facts: Partial<UnitFacts>) => unitWarnings(session(facts))

describe('a unit that the admin changed', () => {
  it('is not warned of if nothing of it is replaced', () => {
    assert.deepEqual(told({}), [])
    assert.deepEqual(unitWarnings({ ...session({}), desired: [] }), [])
  })

  it('is warned of once for each setting that drop-ins replace, with the way back', () => {
    const [a, b] = ['/etc/systemd/system/prometheus.service.d/a.conf', '/run/systemd/system/x.d/b.conf']
    const problems = told({
      replaced: [
        { path: a, key: 'ExecStart', value: '' },
        { path: a, key: 'ExecStart', value: 'x' },
        { path: b, key: 'ExecStart', value: 'y' },
        { path: b, key: 'Environment', value: 'b' },
        { path: b, key: 'User', value: 'me' },
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

  it('is not warned of if drop-ins end with what the unit says itself', () => {
    const command = '/usr/bin/prometheus --a b'
    const content = `[Service]\nUser=prometheus\nGroup=prometheus\nEnvironment=REPLICA=a\nExecStart=/usr/bin/prometheus \\\n --a  b\n`
    const withUnit = (text: string | { readonly stored: string }) => ({
      ...prometheus,
      resources: prometheus.resources.map(one => (one.kind === 'unit' ? { ...one, content: text } : one)),
    })
    const keys = (instance: typeof prometheus, ...set: readonly (readonly [string, string])[]) => {
      const all = set.map(([key, value]) => ({ path: '/etc/systemd/system/x.conf', key, value }))
      return unitWarnings({ ...session({ replaced: all }), desired: [instance] }).map(
        ({ summary }) => / (\S+)$/.exec(summary)?.[1],
      )
    }
    const own = withUnit(content)
    const same = [
      ['User', 'prometheus'],
      ['Group', 'prometheus'],
      ['DynamicUser', 'no'],
      ['Environment', 'a'],
      ['ExecStart', ''],
      ['ExecStart', sha256(command)],
    ] as const
    assert.deepEqual(keys(own, ...same), [])
    assert.deepEqual(keys(own, ['User', 'me'], ['User', 'prometheus']), [])
    assert.deepEqual(keys(own, ['User', 'prometheus'], ['User', '']), ['User'])
    assert.deepEqual(keys(own, ['DynamicUser', 'yes'], ['Environment', 'b']), ['DynamicUser', 'REPLICA'])
    assert.deepEqual(keys(own, ['ExecStart', sha256(command)]), ['ExecStart'])
    assert.deepEqual(keys(own, ['ExecStart', ''], ['ExecStart', sha256('x')]), ['ExecStart'])
    const older = withUnit({ stored: sha256('x') })
    assert.deepEqual(keys(older, ['User', 'prometheus'], ['Group', 'me']), ['Group'])
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
