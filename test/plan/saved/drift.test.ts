import assert from 'node:assert/strict'
import type { Change, InstancePlan } from '../../../src/plan/model.ts'
import { driftReasons } from '../../../src/plan/saved/drift.ts'
import type { ComparedHost } from '../../../src/plan/saved/saved.ts'
import { fingerprints } from '../../../src/plan/service.ts'
import type { Instance } from '../../../src/resource/model.ts'
import type { Observed, StateRecord } from '../../../src/resource/observed.ts'

const service = { kind: 'service', unit: 'prometheus.service', ports: [] } as const

const instance: Instance = {
  cell: 'lab',
  host: 'mon-a',
  component: 'prometheus',
  resources: [service],
  service,
  checks: [],
  health: { address: '127.0.0.1', port: 9090, readyPath: '/-/ready', loaded: 'prometheus' },
  oneByOne: true,
}

const hash = () => '0'.repeat(64)

const stamp: StateRecord = {
  restart: 'r',
  reload: 'l',
  all: fingerprints(instance, hash).all,
  time: 1000,
  run: '1-x',
  generation: 3,
  cell: 'lab',
  version: '3.13.2',
  unit: 'prometheus.service',
  owned: [],
}

const change: Change = {
  resource: 'file:/etc/prometheus/prometheus.yml',
  action: 'update',
  reason: 'content differs',
}

interface Case {
  readonly host?: string
  readonly item?: Partial<InstancePlan>
  readonly stamp?: Partial<StateRecord> | undefined
  readonly unfinished?: Observed['unfinished']
}

function view(given: Case = {}): ComparedHost {
  const host = given.host ?? 'mon-a'
  const own = { ...instance, host }
  const item = { instance: own, component: own.component, changes: [change], renewed: new Set<string>() }
  const stamps = 'stamp' in given && given.stamp === undefined ? [] : [{ ...stamp, ...given.stamp }]
  const observed: Observed = {
    ...{
      addresses: [],
      machine: 'x86_64',
      systemd: true,
      root: true,
      users: new Set<string>(),
      paths: new Map(),
    },
    ...{ hashes: new Map(), unremembered: new Set<string>(), units: new Map() },
    packages: { installed: new Map(), ours: new Set<string>() },
    records: new Map(stamps.map(one => ['prometheus', one])),
    groups: new Set(),
    damaged: [],
    unfinished: given.unfinished ?? [],
  }
  return {
    host,
    plan: [{ ...item, removed: [], backups: [], ...given.item }],
    observed,
    status: 'differs',
    programHash: hash,
  }
}

describe('plan/drift', () => {
  it('repairs what differs from what was last confirmed', () => {
    assert.deepEqual(driftReasons([view(), view({ host: 'mon-b', item: { changes: [] } })]), [])
  })

  const refused: readonly (readonly [string, Case, RegExp])[] = [
    [
      'another inventory',
      { stamp: { all: 'edited' } },
      /^drift was not repaired because the inventory no longer matches what was last applied to mon-a \(prometheus\)$/,
    ],
    ['no stamp', { stamp: undefined }, /never confirmed prometheus on mon-a/],
    ['an undone change', { stamp: { undone: 1_700_000_000 } }, /was undone \(2023-11-14T22:13:20Z\)/],
    ['a change cut off for ever', { stamp: { restart: 'changing' } }, /cut off and never confirmed/],
    ['a reload cut off for ever', { stamp: { reload: 'changing' } }, /cut off and never confirmed/],
    [
      'a file to remove',
      { item: { removed: [{ kind: 'file', name: '/etc/prometheus/rules/x.yml', found: false }] } },
      /\/etc\/prometheus\/rules\/x\.yml would be removed from mon-a/,
    ],
    [
      'a file to keep as a backup',
      { item: { backups: ['/etc/x.yml'] } },
      /\/etc\/x\.yml on mon-a is not promha's/,
    ],
    ['a file to adopt', { item: { changes: [{ ...change, action: 'adopt' }] } }, /is not as promha left it/],
    [
      'a component that left',
      { item: { instance: { ...instance, retired: true } } },
      /has left the inventory/,
    ],
  ]
  for (const [what, given, expected] of refused) {
    it(`repairs nothing for ${what}, and says so once`, () => {
      const reasons = driftReasons([view({ host: 'mon-b' }), view(given)])
      assert.equal(reasons.length, 1)
      assert.match(reasons[0]?.summary ?? '', expected)
      assert.equal(reasons[0]?.severity, 'warning')
      assert.equal(reasons[0]?.host, 'mon-a')
      assert.ok(reasons[0]?.remedy)
    })
  }

  it('refuses also where the component itself lacks nothing', () => {
    const edited = view({ item: { changes: [] }, stamp: { all: 'edited' } })
    assert.equal(driftReasons([view({ host: 'mon-b' }), edited]).length, 1)
  })

  it('lets an unfinished change be undone first, and refuses then', () => {
    const touched = [{ name: 'prometheus', touched: true }]
    const changing = { restart: 'changing' }
    assert.deepEqual(driftReasons([view({ stamp: changing, unfinished: touched })]), [])
    const elsewhere = [{ name: 'alertmanager', touched: true }]
    assert.equal(driftReasons([view({ stamp: changing, unfinished: elsewhere })]).length, 1)
    assert.equal(driftReasons([view({ stamp: { undone: 5 } })]).length, 1)
  })

  it('repairs what was adopted once', () => {
    const owned = [{ kind: 'file', name: '/etc/x.yml', found: true }] as const
    assert.deepEqual(driftReasons([view({ item: { backups: ['/etc/x.yml'] }, stamp: { owned } })]), [])
  })

  it('does not judge what it could not look at', () => {
    const { observed: _, ...blind } = view({ stamp: { all: 'edited' } })
    assert.deepEqual(driftReasons([blind, view({ host: 'mon-b' })]), [])
  })
})
