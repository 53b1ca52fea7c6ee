import assert from 'node:assert/strict'
import fc from 'fast-check'
import { components as everything } from '../../../roles/index.ts'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { select } from '../../../src/inventory/host/select.ts'
import type { Cell, Host } from '../../../src/inventory/model.ts'

const names = ['mon-a', 'mon-b', 'app-1', 'app-2', 'db-1', 'db-2']
const inventory = {
  hosts: names.map(
    (name): Host => ({ name, address: name, labels: {}, ssh: { sudo: true, hostKey: 'strict' } }),
  ),
  groups: { apps: ['app-1', 'app-2'], lone: ['db-2'], us: ['mon-a'] },
  cells: [
    { name: 'eu', hosts: ['mon-a', 'app-1'], allowSharedHost: false },
    { name: 'us', hosts: ['mon-b', 'app-2', 'db-1'], allowSharedHost: false },
  ] satisfies Cell[],
}

function hosts(limit: string): string[] {
  return [...select(inventory, { limit }).hosts]
}

describe('select', () => {
  const limits: readonly (readonly [string, readonly string[]])[] = [
    ['mon-a', ['mon-a']],
    ['db-1, mon-a,', ['mon-a', 'db-1']],
    ['apps', ['app-1', 'app-2']],
    ['eu', ['mon-a', 'app-1']],
    ['us', ['mon-a', 'mon-b', 'app-2', 'db-1']],
    ['all', names],
    ['*', names],
    ['mon-*', ['mon-a', 'mon-b']],
    ['l*', ['db-2']],
    ['{mon-a,db-1}', ['mon-a', 'db-1']],
    ['app-[1:2]', ['app-1', 'app-2']],
    ['!eu', ['mon-b', 'app-2', 'db-1', 'db-2']],
    ['all,!apps,!mon-*', ['db-1', 'db-2']],
    ['apps,!app-1', ['app-2']],
    ['*,x*', names],
  ]
  for (const [limit, expected] of limits)
    it(`--limit ${limit}`, () => assert.deepEqual(hosts(limit), expected))

  it('takes all where nothing is limited', () => {
    const { hosts: all, components } = select(inventory, {})
    assert.deepEqual([...all], names)
    assert.deepEqual([...components], [...everything])
  })

  const refused: readonly (readonly [Parameters<typeof select>[1], RegExp, RegExp])[] = [
    [{ limit: 'mon-x' }, /^--limit: "mon-x" is not a host, group or cell/, /"mon-a"/],
    [{ limit: 'zzzzzz' }, /is not a host, group or cell/, /^Name hosts, groups or cells/],
    [{ limit: 'x*' }, /--limit "x\*" leaves no host/, /hosts, groups or cells/],
    [{ limit: 'mon-a,!mon-a' }, /leaves no host/, /./],
    [{ limit: ' , ' }, /leaves no host/, /./],
    [{ limit: 'a[3:1]' }, /is not a valid pattern/, /^$/],
    [{ only: ['promtheus'] }, /^--only: "promtheus" is not a component/, /"prometheus"/],
    [{ skip: ['zzz'] }, /^--skip: "zzz" is not a component/, /The components are/],
    [{ only: ['node'], skip: ['node_exporter'] }, /leave no component/, /./],
  ]
  for (const [choice, summary, remedy] of refused) {
    it(`refuses ${JSON.stringify(choice)}`, () => {
      assert.throws(
        () => select(inventory, choice),
        fault => {
          assert.ok(fault instanceof ProblemError)
          assert.match(fault.problems[0]?.summary ?? '', summary)
          assert.match(fault.problems[0]?.remedy ?? '', remedy)
          return true
        },
      )
    })
  }

  it('knows a component by both its names', () => {
    assert.deepEqual([...select(inventory, { only: ['node'] }).components], ['node_exporter'])
    assert.deepEqual([...select(inventory, { only: ['blackbox'] }).components], ['blackbox_exporter'])
    assert.deepEqual(
      [...select(inventory, { skip: ['node_exporter', 'prometheus'] }).components],
      everything.filter(component => component !== 'node_exporter' && component !== 'prometheus'),
    )
  })

  it('knows an exporter by the key of its entry', () => {
    const exporters = { reports_exporter: { job: 'reports' } }
    const cells = [{ name: 'eu', hosts: ['mon-a'], allowSharedHost: false, exporters }] as unknown as Cell[]
    const of = (only: string) => [...select({ ...inventory, cells }, { only: [only] }).components]
    assert.deepEqual(of('reports'), ['reports_exporter'])
    assert.throws(() => of('report'), /"report" is not a component/)
  })

  it('is an algebra of sets: union of what is named less what is excluded, in the order of the file', () => {
    const name = fc.constantFrom(...names, 'apps', 'lone', 'eu', 'us', 'all', 'app-*', '*-1')
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), fc.array(name), (wanted, unwanted) => {
        const union = new Set(wanted.flatMap(hosts))
        for (const host of unwanted.flatMap(hosts)) union.delete(host)
        const limit = fc.sample(
          fc.shuffledSubarray([...wanted, ...unwanted.map(one => `!${one}`)], {
            minLength: wanted.length + unwanted.length,
          }),
          1,
        )
        const expected = names.filter(host => union.has(host))
        const found = (() => {
          try {
            return hosts((limit[0] ?? []).join(','))
          } catch (fault) {
            assert.ok(fault instanceof ProblemError)
            return []
          }
        })()
        assert.deepEqual(found, expected)
      }),
    )
  })
})
