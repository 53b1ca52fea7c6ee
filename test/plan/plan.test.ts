import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ownedAfter } from '../../src/plan/owned/owned.ts'
import { planInstance } from '../../src/plan/plan.ts'
import type { FileResource, Instance, Resource } from '../../src/resource/model.ts'
import type { Observed, Owned } from '../../src/resource/observed.ts'
import { blank, built, carriedOut, hash, prometheus as instance, path as pathFacts, stampOf } from './host.ts'

const path = (type: 'file' | 'link', mode: number, group: string) => pathFacts(type, mode, 'root', group)

/** A host on which all is as desired, and promha's own. */
const converged = carriedOut(planInstance(instance, blank, hash), blank)
const owned = ownedAfter({ instance, removed: [] }, blank)
const stamp = stampOf(instance, owned)

function changes(observed: Observed): string[] {
  return planInstance(instance, observed, hash).changes.map(change => `${change.action} ${change.resource}`)
}

function withHash(name: string, value: string): Observed {
  return { ...converged, hashes: new Map([...converged.hashes, [name, value]]) }
}

describe('plan', () => {
  it('is empty where all is as desired', () => {
    assert.deepEqual(changes(converged), [])
  })

  it('creates everything on a blank host, and starts it', () => {
    assert.deepEqual(changes(blank), [
      'create user:prometheus',
      'create directory:/etc/prometheus',
      'create directory:/var/lib/prometheus',
      'create program:/usr/local/bin/prometheus',
      'create file:/etc/prometheus/prometheus.yml',
      'create file:/etc/prometheus/file_sd/x.yml',
      'create unit:prometheus.service',
      'enable service:prometheus.service',
      'start service:prometheus.service',
    ])
  })

  const cases: [string, Observed, string[]][] = [
    [
      'reloads for a changed config',
      withHash('/etc/prometheus/prometheus.yml', 'x'),
      ['update file:/etc/prometheus/prometheus.yml', 'reload service:prometheus.service'],
    ],
    [
      'touches no service for a watched file',
      withHash('/etc/prometheus/file_sd/x.yml', 'x'),
      ['update file:/etc/prometheus/file_sd/x.yml'],
    ],
    [
      'restarts for a changed unit',
      withHash('/etc/systemd/system/prometheus.service', 'x'),
      ['update unit:prometheus.service', 'restart service:prometheus.service'],
    ],
    [
      'restarts for a changed program',
      withHash('/usr/local/bin/prometheus', 'x'),
      ['update program:/usr/local/bin/prometheus', 'restart service:prometheus.service'],
    ],
    [
      'restarts where an interrupted run left the new program unconfirmed',
      { ...converged, records: new Map([['prometheus', { ...stamp, restart: 'old' }]]) },
      ['restart service:prometheus.service'],
    ],
    [
      'reloads where an interrupted run left the new config unconfirmed',
      { ...converged, records: new Map([['prometheus', { ...stamp, reload: 'old' }]]) },
      ['reload service:prometheus.service'],
    ],
    [
      'puts a mode right without a reload',
      {
        ...converged,
        paths: new Map([
          ...converged.paths,
          ['/etc/prometheus/prometheus.yml', path('file', 0o644, 'prometheus')],
        ]),
      },
      ['update file:/etc/prometheus/prometheus.yml'],
    ],
    [
      'starts what was stopped',
      {
        ...converged,
        units: new Map([
          [
            'prometheus.service',
            { load: 'loaded', active: 'failed', enabled: true, activeFor: null, needsDaemonReload: false },
          ],
        ]),
      },
      ['start service:prometheus.service'],
    ],
    [
      'unmasks a masked unit before anything else',
      {
        ...withHash('/etc/prometheus/prometheus.yml', 'x'),
        paths: new Map([
          ...converged.paths,
          ['/etc/systemd/system/prometheus.service', path('link', 0o777, 'root')],
        ]),
        units: new Map([
          [
            'prometheus.service',
            { load: 'masked', active: 'inactive', enabled: false, activeFor: null, needsDaemonReload: false },
          ],
        ]),
      },
      [
        'update unit:prometheus.service',
        'update file:/etc/prometheus/prometheus.yml',
        'enable service:prometheus.service',
        'start service:prometheus.service',
      ],
    ],
    [
      'restarts where the group of a running service is gone',
      { ...converged, groups: new Set() },
      ['update user:prometheus', 'restart service:prometheus.service'],
    ],
    [
      'replaces a link by the file',
      {
        ...converged,
        paths: new Map([...converged.paths, ['/etc/prometheus/prometheus.yml', path('link', 0o777, 'root')]]),
      },
      ['update file:/etc/prometheus/prometheus.yml', 'reload service:prometheus.service'],
    ],
  ]
  for (const [name, observed, expected] of cases)
    it(name, () => assert.deepEqual(changes(observed), expected))

  it('gives each change a reason', () => {
    for (const [, observed] of cases) {
      for (const change of planInstance(instance, observed, hash).changes) assert.notEqual(change.reason, '')
    }
  })

  it('tells of each change what it does to the service', () => {
    const effects = (observed: Observed) =>
      planInstance(instance, observed, hash).changes.map(change => `${change.resource} ${change.effect}`)
    assert.ok(effects(blank).every(effect => effect.endsWith(' none')))
    assert.deepEqual(effects(withHash('/etc/prometheus/prometheus.yml', 'x')), [
      'file:/etc/prometheus/prometheus.yml reload',
      'service:prometheus.service reload',
    ])
    assert.deepEqual(effects(withHash('/usr/local/bin/prometheus', 'x')), [
      'program:/usr/local/bin/prometheus restart',
      'service:prometheus.service restart',
    ])
    assert.deepEqual(effects(withHash('/etc/prometheus/file_sd/x.yml', 'x')), [
      'file:/etc/prometheus/file_sd/x.yml none',
    ])
  })
})

describe('plan of what promha owns', () => {
  const without = (...names: readonly string[]): Instance => ({
    ...instance,
    resources: instance.resources.filter(resource => !('path' in resource && names.includes(resource.path))),
  })
  const steps = (wanted: Instance, observed: Observed) =>
    planInstance(wanted, observed, hash).changes.map(({ action, resource }) => `${action} ${resource}`)
  const owning = (...more: readonly Owned[]): Observed => ({
    ...converged,
    records: new Map([['prometheus', { ...stamp, owned: [...owned, ...more] }]]),
  })

  it('removes a file that left the inventory, and has the config read anew for that reason', () => {
    const plan = planInstance(without('/etc/prometheus/prometheus.yml'), converged, hash)
    assert.deepEqual(plan.changes, [
      {
        resource: 'file:/etc/prometheus/prometheus.yml',
        action: 'delete',
        effect: 'none',
        reason: 'left the inventory',
      },
      {
        resource: 'service:prometheus.service',
        action: 'reload',
        effect: 'reload',
        reason: 'file:/etc/prometheus/prometheus.yml left the inventory',
      },
    ])
    assert.deepEqual(plan.removed, [{ kind: 'file', name: '/etc/prometheus/prometheus.yml', found: false }])
  })

  it('removes a watched file without touching the service', () => {
    assert.deepEqual(steps(without('/etc/prometheus/file_sd/x.yml'), converged), [
      'delete file:/etc/prometheus/file_sd/x.yml',
    ])
  })

  it('leaves what it does not own, and what another component owns', () => {
    const strange: Observed = {
      ...converged,
      paths: new Map([...converged.paths, ['/etc/prometheus/rules/own.yml', path('file', 0o644, 'root')]]),
    }
    assert.deepEqual(steps(instance, strange), [])
    const shared: Owned = { kind: 'directory', name: '/usr/share/prometheus', found: false }
    const both = owning(shared)
    assert.deepEqual(steps(instance, both), ['delete directory:/usr/share/prometheus'])
    const stamps = new Map(both.records).set('alertmanager', { ...stamp, owned: [shared] })
    assert.deepEqual(steps(instance, { ...both, records: stamps }), [])
  })

  it('keeps data that left the inventory in its manifest, and directories that hold something wanted', () => {
    const old: Owned = { kind: 'data', name: '/srv/old', found: false }
    const parent: Owned = { kind: 'directory', name: '/etc', found: false }
    const plan = planInstance(instance, owning(old, parent), hash)
    assert.deepEqual(plan.changes, [])
    assert.ok(ownedAfter(plan, owning(old, parent)).includes(old))
  })

  it('leaves directories and users that it found', () => {
    const found = [
      { kind: 'directory', name: '/etc/prometheus/x', found: true },
      { kind: 'user', name: 'someone', found: true },
    ] as const
    assert.deepEqual(steps(instance, owning(...found)), [])
  })

  it('remembers for good what it made and what it found', () => {
    const again = (observed: Observed) => ownedAfter(planInstance(instance, observed, hash), observed)
    assert.ok(again(converged).every(({ found }) => !found))
    const adopted = carriedOut(planInstance(instance, built(instance), hash), built(instance))
    assert.ok(again(adopted).every(({ found }) => found))
  })

  it('removes deepest directories first', () => {
    const directories = ['/etc/prometheus/x', '/etc/prometheus/x/y', '/etc/prometheus/x/y/z'].map(
      (name): Owned => ({ kind: 'directory', name, found: false }),
    )
    assert.deepEqual(
      planInstance(instance, owning(...directories), hash).removed.map(({ name }) => name),
      ['/etc/prometheus/x/y/z', '/etc/prometheus/x/y', '/etc/prometheus/x'],
    )
  })
})

describe('plan for a host that others built', () => {
  const found = built(instance)
  const steps = (observed: Observed, wanted = instance) =>
    planInstance(wanted, observed, hash).changes.map(({ action, resource }) => `${action} ${resource}`)

  it('adopts what is as wanted, keeps a copy, and has only the config read anew', () => {
    const plan = planInstance(instance, found, hash)
    assert.deepEqual(steps(found), [
      'adopt user:prometheus',
      'adopt directory:/etc/prometheus',
      'adopt directory:/var/lib/prometheus',
      'adopt program:/usr/local/bin/prometheus',
      'adopt file:/etc/prometheus/prometheus.yml',
      'adopt file:/etc/prometheus/file_sd/x.yml',
      'adopt unit:prometheus.service',
      'reload service:prometheus.service',
    ])
    assert.equal(plan.changes[0]?.reason, 'as wanted already; promha looks after it from now on')
    assert.deepEqual(plan.backups, [
      '/usr/local/bin/prometheus',
      '/etc/prometheus/prometheus.yml',
      '/etc/prometheus/file_sd/x.yml',
      '/etc/systemd/system/prometheus.service',
    ])
    assert.equal(plan.renewed.size, 0)
    assert.ok(ownedAfter(plan, found).every(entry => entry.found))
  })

  it('adopts a service that reads no config as it runs', () => {
    const bare: Instance = {
      ...instance,
      resources: instance.resources.filter(resource => resource.kind !== 'file'),
    }
    assert.equal(steps(built(bare), bare).at(-1), 'adopt service:prometheus.service')
  })

  it('keeps what differs as a backup, and says so', () => {
    const other = { ...found, hashes: new Map([...found.hashes, ['/etc/prometheus/prometheus.yml', 'x']]) }
    const plan = planInstance(instance, other, hash)
    const change = plan.changes.find(({ resource }) => resource === 'file:/etc/prometheus/prometheus.yml')
    assert.equal(change?.action, 'update')
    assert.equal(change?.reason, 'content differs; what is there is kept as a backup')
    assert.ok(plan.backups.includes('/etc/prometheus/prometheus.yml'))
    assert.ok(!planInstance(instance, { ...converged, hashes: other.hashes }, hash).backups.length)
  })

  const unit = found.units.get('prometheus.service') ?? assert.fail()
  const running = (facts: object): Observed => ({
    ...found,
    units: new Map([['prometheus.service', { ...unit, ...facts }]]),
  })
  const { since, ...unknown } = unit
  const restarted: readonly (readonly [string, Observed])[] = [
    ['when it was started is not known', { ...found, units: new Map([['prometheus.service', unknown]]) }],
    ['it was started before its program was put there', running({ since: 99 })],
    ['systemd has not read its unit', running({ needsDaemonReload: true })],
    [
      'its program only looks old',
      {
        ...found,
        paths: new Map([
          ...found.paths,
          [
            '/usr/local/bin/prometheus',
            { ...pathFacts('file', 0o755, 'root', 'root'), identity: '3 100.0 250.5 7' },
          ],
        ]),
      },
    ],
  ]
  for (const [name, observed] of restarted)
    it(`restarts it where ${name}`, () =>
      assert.equal(steps(observed).at(-1), 'restart service:prometheus.service'))

  it('writes down that it is of another cell by now, and leaves it alone', () => {
    const stamp = converged.records.get('prometheus') ?? assert.fail()
    const stamps = new Map(converged.records).set('prometheus', { ...stamp, cell: 'old' })
    assert.deepEqual(planInstance(instance, { ...converged, records: stamps }, hash).changes, [
      {
        resource: 'service:prometheus.service',
        action: 'adopt',
        reason: 'it was of cell old',
        effect: 'none',
      },
    ])
  })

  it('puts an owner right without a word of content', () => {
    const paths = new Map(found.paths).set('/var/lib/prometheus', pathFacts('directory', 0o750, 'x', 'x'))
    const plan = planInstance(instance, { ...found, paths }, hash)
    const change = plan.changes.find(({ resource }) => resource === 'directory:/var/lib/prometheus')
    assert.equal(change?.reason, 'owner is x:x, not prometheus:prometheus')
    assert.ok(!plan.backups.includes('/var/lib/prometheus'))
  })
})

describe('any plan', () => {
  const names = ['/etc/a', '/etc/a/b.yml', '/etc/c.yml', '/srv/d', '/srv/d/e', '/opt/f']
  const file = fc.record({
    kind: fc.constant('file' as const),
    path: fc.constantFrom(...names),
    content: fc.constantFrom('1', '2'),
    owner: fc.constantFrom('root', 'prometheus'),
    group: fc.constant('root'),
    mode: fc.constantFrom(0o640, 0o644),
    effect: fc.constantFrom('none', 'reload', 'restart'),
  }) satisfies fc.Arbitrary<FileResource>
  const directory = fc.record({
    kind: fc.constant('directory' as const),
    path: fc.constantFrom(...names),
    owner: fc.constant('root'),
    group: fc.constant('root'),
    mode: fc.constant(0o755),
    data: fc.boolean(),
  })
  const user = fc.record({
    kind: fc.constant('user' as const),
    name: fc.constantFrom('u', 'v'),
    home: fc.constant('/'),
  })
  const resources = fc.uniqueArray<Resource, string>(fc.oneof(file, directory, user), {
    selector: resource => ('path' in resource ? resource.path : JSON.stringify(resource)),
    maxLength: 8,
  })
  const retired = fc.record({ retired: fc.boolean(), purges: fc.boolean() })
  const wantedOf = (list: readonly Resource[]): Instance => ({ ...instance, resources: list })
  const history = fc.array(fc.tuple(resources, retired), { minLength: 1, maxLength: 4 })

  it('is empty once it was carried out, whatever came before, and removes only what promha owns', () => {
    fc.assert(
      fc.property(resources, history, (strange, states) => {
        let observed = built(wantedOf(strange))
        for (const [list, { retired, purges }] of states) {
          const wanted: Instance = retired ? { ...wantedOf([]), retired, purges } : wantedOf(list)
          const plan = planInstance(wanted, observed, hash)
          const manifest = observed.records.get('prometheus')?.owned ?? []
          for (const gone of plan.removed) {
            assert.ok(manifest.includes(gone))
            assert.ok(purges || gone.kind !== 'data')
            assert.ok(!wanted.resources.some(one => 'path' in one && one.path === gone.name))
            if (gone.found) assert.equal(gone.kind, 'file')
          }
          assert.equal(plan.changes.filter(change => change.action === 'delete').length, plan.removed.length)
          for (const kept of plan.backups)
            assert.ok(observed.paths.has(kept) && !manifest.some(({ name }) => name === kept))
          observed = carriedOut(plan, observed)
          assert.deepEqual(planInstance(wanted, observed, hash).changes, [])
        }
      }),
    )
  })
})
