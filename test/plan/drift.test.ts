import assert from 'node:assert/strict'
import { type DriftView, driftVerdict } from '../../src/plan/drift.ts'
import type { Change, InstancePlan } from '../../src/plan/model.ts'
import type { Instance } from '../../src/resource/model.ts'
import type { Observed, Stamp } from '../../src/resource/observed.ts'

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

const stamp: Stamp = {
  restart: 'r',
  reload: 'l',
  all: 'confirmed',
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
  readonly stamp?: Partial<Stamp> | undefined
  readonly unfinished?: Observed['unfinished']
  readonly all?: string
}

function view(given: Case = {}): DriftView {
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
    stamps: new Map(stamps.map(one => ['prometheus', one])),
    groups: new Set(),
    damaged: [],
    unfinished: given.unfinished ?? [],
  }
  return {
    plan: {
      ...{ host, cells: ['lab'], problems: [], status: 'differs' },
      instances: [{ ...item, removed: [], backups: [], ...given.item }],
    },
    observed,
    all: () => given.all ?? 'confirmed',
  }
}

describe('plan/drift', () => {
  it('repairs what differs from what was last confirmed', () => {
    const verdict = driftVerdict([view(), view({ host: 'mon-b', item: { changes: [] } })])
    assert.deepEqual(verdict, { repairable: true, reasons: [] })
  })

  const refused: readonly (readonly [string, Case, RegExp])[] = [
    [
      'another inventory',
      { all: 'edited' },
      /^nothing is repaired: this inventory yields something else than what was last applied to mon-a \(prometheus\): an apply by a person decides$/,
    ],
    ['no stamp', { stamp: undefined }, /never seen prometheus confirmed on mon-a/],
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
      const { repairable, reasons } = driftVerdict([view({ host: 'mon-b' }), view(given)])
      assert.equal(repairable, false)
      assert.equal(reasons.length, 1)
      assert.match(reasons[0]?.summary ?? '', expected)
      assert.equal(reasons[0]?.severity, 'warning')
      assert.equal(reasons[0]?.host, 'mon-a')
      assert.ok(reasons[0]?.remedy)
    })
  }

  it('refuses also where the component itself lacks nothing', () => {
    const { repairable } = driftVerdict([
      view({ host: 'mon-b' }),
      view({ item: { changes: [] }, all: 'edited' }),
    ])
    assert.equal(repairable, false)
  })

  it('lets an unfinished change be undone first, and refuses then', () => {
    const touched = [{ name: 'prometheus', touched: true }]
    const changing = { restart: 'changing' }
    assert.equal(driftVerdict([view({ stamp: changing, unfinished: touched })]).repairable, true)
    const elsewhere = [{ name: 'alertmanager', touched: true }]
    assert.equal(driftVerdict([view({ stamp: changing, unfinished: elsewhere })]).repairable, false)
    assert.equal(driftVerdict([view({ stamp: { undone: 5 } })]).repairable, false)
  })

  it('repairs what was adopted once', () => {
    const owned = [{ kind: 'file', name: '/etc/x.yml', found: true }] as const
    assert.equal(
      driftVerdict([view({ item: { backups: ['/etc/x.yml'] }, stamp: { owned } })]).repairable,
      true,
    )
  })

  it('does not judge what it could not look at', () => {
    const { observed: _, ...blind } = view({ all: 'edited' })
    assert.equal(driftVerdict([blind, view({ host: 'mon-b' })]).repairable, true)
  })
})
