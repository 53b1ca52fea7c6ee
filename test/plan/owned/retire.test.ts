import assert from 'node:assert/strict'
import { components } from '../../../roles/index.ts'
import { destroyInstances } from '../../../src/engine/command/destroy.ts'
import type { Host } from '../../../src/inventory/model.ts'
import { ownedAfter } from '../../../src/plan/owned/owned.ts'
import { keptBackups, type RetireRequest, retiredInstances } from '../../../src/plan/owned/retire.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import { unitOf } from '../../../src/resource/model.ts'
import type { Observed, Owned } from '../../../src/resource/observed.ts'
import { blank, carriedOut, hash, prometheus } from '../host.ts'

const host = carriedOut(planInstance(prometheus, blank, hash), blank)
const request: RetireRequest = {
  host: 'mon-a',
  observed: host,
  wanted: [],
  cells: new Set(['eu']),
  components: new Set(components),
}
const leaving = retiredInstances(request).instances[0] ?? assert.fail()
const steps = (instance: typeof leaving, observed: Observed) =>
  planInstance(instance, observed, hash).changes.map(({ action, resource }) => `${action} ${resource}`)

describe('retire', () => {
  it('makes an instance of what nobody wants any more, with what its stamp says', () => {
    const { cell, component, resources, service, health, retired, oneByOne } = leaving
    assert.deepEqual(
      { cell, component, resources, unit: service.unit, health, retired, oneByOne },
      {
        ...{ cell: 'eu', component: 'prometheus', resources: [], unit: 'prometheus.service' },
        ...{ health: prometheus.health, retired: true, oneByOne: true },
      },
    )
  })

  it('leaves what is wanted on the host, by whichever cell, and what is not selected', () => {
    const none = { instances: [], warnings: [] }
    assert.deepEqual(retiredInstances({ ...request, wanted: [{ ...prometheus, cell: 'us' }] }), none)
    assert.deepEqual(retiredInstances({ ...request, components: new Set(['alertmanager']) }), none)
    assert.deepEqual(retiredInstances({ ...request, observed: blank }), none)
  })

  it('warns of a cell that this inventory does not have, and touches nothing of it', () => {
    const { instances, warnings } = retiredInstances({ ...request, cells: new Set(['us']) })
    assert.deepEqual(instances, [])
    assert.equal(warnings[0]?.severity, 'warning')
    assert.equal(warnings[0]?.host, 'mon-a')
    assert.match(warnings[0]?.summary ?? '', /prometheus on mon-a is left alone: it is of cell eu/)
  })

  it('warns if what it has replaced stays in a backup, and says how to get that back', () => {
    const told = (component: string, backups?: readonly string[]) =>
      keptBackups([{ ...leaving, component }], backups ? { backups } : {}).map(({ summary, remedy }) => [
        summary,
        remedy,
      ])
    assert.deepEqual(told('prometheus'), [])
    assert.deepEqual(told('prometheus', ['legacy_exporter']), [])
    assert.deepEqual(told('prometheus', ['prometheus']), [
      [
        'prometheus leaves mon-a, and what promha replaced there does not come back',
        'Run `promha destroy -l mon-a --only prometheus --restore` if you want it back.',
      ],
    ])
    assert.match(
      told('legacy_exporter', ['legacy_exporter'])[0]?.[1] ?? '',
      /, put its entry into the inventory again, run `promha destroy -l mon-a --only legacy_exporter --restore`, then/,
    )
  })

  it('stops, disables and removes, and keeps data with the user who owns it', () => {
    assert.deepEqual(steps(leaving, host), [
      'stop service:prometheus.service',
      'disable service:prometheus.service',
      'delete file:/etc/prometheus/file_sd/x.yml',
      'delete file:/etc/prometheus/prometheus.yml',
      'delete unit:prometheus.service',
      'delete program:/usr/local/bin/prometheus',
      'delete directory:/etc/prometheus',
    ])
    const kept = ownedAfter(planInstance(leaving, host, hash), host)
    assert.deepEqual(kept.map(({ kind }) => kind).sort(), ['data', 'user'])
  })

  it('is done with it once that is gone', () => {
    const after = carriedOut(planInstance(leaving, host, hash), host)
    assert.ok(after.records.has('prometheus'))
    assert.deepEqual(retiredInstances({ ...request, observed: after }), { instances: [], warnings: [] })
    assert.deepEqual(steps(leaving, after), [])
  })

  it('takes data and user too where that is asked, even afterwards', () => {
    const purging = { ...leaving, purges: true }
    assert.deepEqual(steps(purging, host).slice(-3), [
      'delete directory:/var/lib/prometheus',
      'delete directory:/etc/prometheus',
      'delete user:prometheus',
    ])
    const after = carriedOut(planInstance(leaving, host, hash), host)
    assert.deepEqual(steps(purging, after), [
      'delete directory:/var/lib/prometheus',
      'delete user:prometheus',
    ])
    const clean = carriedOut(planInstance(purging, after, hash), after)
    assert.deepEqual([clean.records.size, clean.users.size, clean.paths.size], [0, 0, 0])
  })

  it('leaves data that was there before promha, even where it is asked to take data', () => {
    const stamp = host.records.get('prometheus') ?? assert.fail()
    const owned = stamp.owned.map(entry => (entry.kind === 'data' ? { ...entry, found: true } : entry))
    const adopted = { ...host, records: new Map([['prometheus' as const, { ...stamp, owned }]]) }
    const purging = { ...leaving, purges: true }
    assert.equal(steps(purging, adopted).at(-1), 'delete directory:/etc/prometheus')
    const after = carriedOut(planInstance(purging, adopted, hash), adopted)
    assert.ok(after.paths.has('/var/lib/prometheus') && after.users.has('prometheus'))
    assert.deepEqual(steps(purging, after), [])
  })

  it('removes of what this promha does not know what bears its name, and nothing else', () => {
    const made = (kind: Owned['kind'], name: string): Owned => ({ kind, name, found: false })
    const own = [
      made('file', '/etc/sql_2_exporter/config.yml'),
      made('file', '/etc/sql_2_exporter.yml'),
      made('program', '/usr/local/bin/sql_2_exporter'),
      made('unit', '/etc/systemd/system/sql_2_exporter.service'),
      made('directory', '/etc/sql_2_exporter'),
      made('user', 'sql-2-exp'),
    ]
    const others = [
      made('file', '/etc/sql_2_exporter/../passwd'),
      made('file', '/etc/sql_2_exporters/config.yml'),
      made('program', '/usr/bin/sql'),
      made('unit', '/etc/systemd/system/ssh.service'),
      made('directory', '/etc'),
      made('user', 'sql'),
      made('group', 'root'),
      made('package', 'sql'),
    ]
    const stamp = {
      ...(host.records.get('prometheus') ?? assert.fail()),
      unit: '',
      owned: [...own, ...others],
    }
    const { health: _, ...unknown } = stamp
    const observed: Observed = { ...blank, records: new Map([['sql_2_exporter', unknown]]) }
    const [instance, ...more] = retiredInstances({ ...request, observed }).instances
    assert.ok(instance)
    assert.equal(more.length, 0)
    assert.equal(instance.service.unit, 'sql_2_exporter.service')
    assert.deepEqual([instance.oneByOne, instance.health.loaded], [false, 'unit'])
    const removed = planInstance(instance, observed, hash).removed.map(({ name }) => name)
    assert.deepEqual(removed.sort(), own.map(({ name }) => name).sort())
  })

  describe('with others that own the same account and directory', () => {
    const names = ['postgres_exporter', 'postgres_reports_exporter']
    const owned = (component: string): readonly Owned[] =>
      (
        [
          ['unit', `/etc/systemd/system/${component}.service`],
          ['user', 'postgres-exp'],
          ['directory', '/etc/promha/environment'],
        ] as const
      ).map(([kind, name]) => ({ kind, name, found: false }))
    const stamp = { ...(host.records.get('prometheus') ?? assert.fail()) }
    const pair: Observed = {
      ...blank,
      users: new Set(['postgres-exp']),
      records: new Map(names.map(name => [name, { ...stamp, unit: '', owned: owned(name) }])),
    }
    const deletions = (instances: readonly (typeof leaving)[]) =>
      instances.map(instance => steps(instance, pair).filter(step => /^delete (user|directory)/.test(step)))
    const all = ['delete directory:/etc/promha/environment', 'delete user:postgres-exp']

    it('deletes them if all of them leave, whichever comes last on the host', () => {
      const { instances } = retiredInstances({ ...request, observed: pair })
      assert.deepEqual(deletions(instances), [all, all])
      const destroyed = destroyInstances(
        { host: { name: 'mon-a' } as Host, session: { observed: pair } },
        new Set(components),
        true,
      )
      assert.deepEqual(deletions(destroyed), [all, all])
      const [first = assert.fail()] = instances
      const user = planInstance(first, pair, hash).changes.find(({ resource }) => resource.startsWith('user'))
      assert.equal(user?.reason, 'left the inventory; goes with the last component that has it')
      const after = instances.reduce((on, one) => carriedOut(planInstance(one, on, hash), on), pair)
      assert.deepEqual([after.records.size, after.users.size], [0, 0])
    })

    it('keeps them if one of them stays', () => {
      const [, stays = assert.fail()] = names
      const wanted = [{ ...prometheus, component: stays }]
      assert.deepEqual(deletions(retiredInstances({ ...request, observed: pair, wanted }).instances), [[]])
    })
  })

  it('knows the units of host packages by their prefix, and no other has it', () => {
    assert.equal(unitOf('keepalived'), 'promha-keepalived.service')
    for (const name of ['prometheus', 'sql_exporter']) assert.equal(unitOf(name), `${name}.service`)
  })

  it('stops nothing that does not run', () => {
    const unit = host.units.get('prometheus.service') ?? assert.fail()
    const stopped = { ...unit, active: 'inactive', enabled: false }
    const units = new Map([['prometheus.service', stopped]])
    assert.ok(steps(leaving, { ...host, units }).every(step => step.startsWith('delete ')))
    // The probe was asked about what is wanted only.
    assert.equal(steps(leaving, { ...host, units: new Map() })[0], 'stop service:prometheus.service')
  })

  it('tells that a stop interrupts', () => {
    const [stop, disable] = planInstance(leaving, host, hash).changes
    assert.deepEqual([stop?.effect, disable?.effect], ['restart', 'none'])
  })
})
