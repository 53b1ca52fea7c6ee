import assert from 'node:assert/strict'
import fc from 'fast-check'
import { circleOf, rankIn, type StepOrder, stepsOf } from '../../../src/engine/order/steps.ts'
import type { InstancePlan } from '../../../src/plan/model.ts'
import type { CellTopology } from '../../../src/topology/model.ts'
import { orderOf } from '../../../src/topology/order.ts'
import { movingCell } from '../../roles/moving.ts'
import { withExporters } from '../../topology/exporters.ts'
import { planOf } from '../plans.ts'

const kinds = ['node_exporter', 'alertmanager', 'prometheus'] as const
const plan = (host: string, wave: 0 | 1 | 2, rest: Parameters<typeof planOf>[2] = {}) =>
  planOf(host, kinds[wave], rest)

function told(plans: Parameters<typeof stepsOf>[0], order: StepOrder = {}): string[] {
  return stepsOf(plans, order).map(step =>
    step.plans.map(({ instance }) => `${instance.host}/${instance.component}`).join(' '),
  )
}

const bare = {
  ...{
    name: 'eu',
    hosts: [],
    replicaLabel: 'r',
    replicas: [],
    peers: [],
    exporters: [],
    firewallRules: [],
    peered: [],
    proxies: [],
  },
  ...{ jobs: [], fileTargets: [], externalLabels: {}, alertRelabelConfigs: [] },
  ...{
    pushgateways: [],
    probers: [],
    stores: [],
    grafanas: [],
    sinks: [],
    storeDatasources: [],
    movingAddresses: [],
  },
} satisfies CellTopology
const exporters = withExporters(bare)

describe('steps', () => {
  it('take exporters at once, then Alertmanagers, then replicas, one by one', () => {
    const plans = (['a', 'b'] as const).flatMap(host => [plan(host, 0), plan(host, 1), plan(host, 2)])
    assert.deepEqual(told(plans), [
      'a/node_exporter b/node_exporter',
      'a/alertmanager',
      'b/alertmanager',
      'a/prometheus',
      'b/prometheus',
    ])
  })

  it('let a firewall open what leaves only once it is gone, unless something comes that waits to be let in', () => {
    const firewall = planOf('a', 'firewall', { action: 'reload' })
    const leaving = planOf('a', 'node_exporter', { action: 'stop', retired: true })
    const reloaded = plan('b', 2, { action: 'reload' })
    assert.deepEqual(told([firewall, leaving, reloaded]), ['b/prometheus', 'a/node_exporter', 'a/firewall'])
    assert.deepEqual(told([firewall, plan('b', 0), leaving, plan('b', 2, { action: 'start' })]), [
      ...['a/firewall', 'b/node_exporter', 'b/prometheus', 'a/node_exporter'],
    ])
    assert.deepEqual(told([firewall, planOf('b', 'node_exporter', { action: 'stop', retired: true })]), [
      ...['a/firewall', 'b/node_exporter'],
    ])
  })

  it('have one of which there may be no two leave before it comes elsewhere, whatever else leaves', () => {
    const leaving = (component: string) => planOf('old', component, { action: 'stop', retired: true })
    const plans = [
      planOf('new', 'thanos_compactor', { action: 'start' }),
      ...['thanos_compactor', 'thanos_store', 'thanos_query'].map(leaving),
      planOf('new', 'thanos_store', { action: 'start' }),
    ]
    assert.deepEqual(circleOf(plans), [])
    assert.deepEqual(told(plans), [
      ...['old/thanos_compactor', 'new/thanos_compactor', 'new/thanos_store'],
      ...['old/thanos_query', 'old/thanos_store'],
    ])
  })

  it('start what is stopped before they interrupt its twin', () => {
    const plans = [plan('a', 2, { action: 'restart' }), plan('b', 2, { action: 'start' })]
    assert.deepEqual(told(plans), ['b/prometheus', 'a/prometheus'])
  })

  it('take what runs and does not serve before what serves', () => {
    const plans = ['a', 'b', 'c'].map(host => plan(host, 2, { action: 'reload' }))
    const serves: StepOrder['serves'] = ({ host }) => host !== 'c'
    assert.deepEqual(told(plans, { serves }), ['c/prometheus', 'a/prometheus', 'b/prometheus'])
  })

  it('take the host that has the address last, whichever it is', () => {
    const cell = movingCell()
    const order = (component: 'pushgateway' | 'keepalived' | 'prometheus', holder: string) => {
      const plans = ['mon-a', 'mon-b'].map(host => planOf(host, component, { action: 'restart' }))
      const holders = ['pushgateway', 'keepalived'].map(one => [one, new Set([holder])] as const)
      const steps = stepsOf(plans, { rank: rankIn(cell), active: new Map(holders) })
      return steps.flatMap(step => step.plans.map(({ instance }) => instance.host))
    }
    for (const component of ['pushgateway', 'keepalived'] as const) {
      assert.deepEqual(order(component, 'mon-a'), ['mon-b', 'mon-a'])
      assert.deepEqual(order(component, 'mon-b'), ['mon-a', 'mon-b'])
    }
    assert.deepEqual(order('prometheus', 'mon-a'), ['mon-a', 'mon-b'])
  })

  describe('of keepalived', () => {
    const keepalived = (host: string, action: 'reload' | 'start' | 'restart') =>
      planOf(host, 'keepalived', { action })
    const leaving = (host: string) => planOf(host, 'keepalived', { action: 'stop', retired: true })
    const rank: StepOrder['rank'] = ({ host }) => (host === 'holder' ? 9 : 0)
    const turns = new Map([['holder', 1]])
    const order = (...plans: InstancePlan[]) =>
      told(plans, { rank, turns }).map(text => text.replace('/keepalived', ''))

    it('tell whoever has the address of a new member, and then the others, before that one begins', () => {
      assert.deepEqual(
        order(keepalived('new', 'start'), keepalived('other', 'reload'), keepalived('holder', 'reload')),
        ['holder', 'other', 'new'],
      )
    })

    it('restart the one that has the address last', () => {
      assert.deepEqual(order(keepalived('holder', 'restart'), keepalived('other', 'restart')), [
        ...['other', 'holder'],
      ])
      assert.deepEqual(order(keepalived('holder', 'restart'), keepalived('stopped', 'start')), [
        ...['stopped', 'holder'],
      ])
    })

    it('let one that leaves hand over before those that stay forget it, and after HAProxy', () => {
      assert.deepEqual(
        order(
          leaving('holder'),
          keepalived('new', 'start'),
          keepalived('other', 'reload'),
          planOf('new', 'haproxy', { action: 'start' }),
          planOf('holder', 'haproxy', { action: 'stop', retired: true }),
        ),
        ['new/haproxy', 'holder', 'other', 'new', 'holder/haproxy'],
      )
    })

    it('let those that leave go last where nobody stays', () => {
      assert.deepEqual(order(leaving('holder'), keepalived('new', 'start')), ['new', 'holder'])
    })
  })

  it('go by the order of the replicas, not by that of the hosts', () => {
    const member = (host: string) => ({ host })
    const cell = { replicas: [member('b'), member('a')], peers: [member('a'), member('b')] }
    const rank = rankIn(cell as unknown as CellTopology)
    const plans = ['a', 'b', 'c'].flatMap(host => [plan(host, 1), plan(host, 2)])
    assert.deepEqual(told(plans, { rank }), [
      'a/alertmanager',
      'b/alertmanager',
      'c/alertmanager',
      'b/prometheus',
      'a/prometheus',
      'c/prometheus',
    ])
  })

  it('take last whichever is active, whatever its place among the others', () => {
    const plans = ['mon-a', 'mon-b'].map(host => planOf(host, 'pushgateway', { action: 'restart' }))
    for (const [active, expected] of [
      ['mon-a', ['mon-b/pushgateway', 'mon-a/pushgateway']],
      ['mon-b', ['mon-a/pushgateway', 'mon-b/pushgateway']],
    ] as const) {
      const order = { rank: rankIn(exporters), active: new Map([['pushgateway', new Set([active])]]) }
      assert.deepEqual(told(plans, order), expected)
      assert.deepEqual(told([...plans].reverse(), order), expected)
      const [, last] = stepsOf(plans, order)
      assert.deepEqual(
        last?.after.map(({ because }) => because),
        ['the active member is changed last'],
      )
    }
  })

  it('let HAProxy go before a Prometheus that takes back the port they shared, and come after one that lets go', () => {
    const haproxy = (host: string, rest: Parameters<typeof planOf>[2]): InstancePlan => {
      const { instance, ...like } = planOf(host, 'prometheus', rest)
      const own = { component: 'haproxy', ...orderOf('haproxy') } as const
      return { ...like, component: 'haproxy', instance: { ...instance, ...own } }
    }
    const prometheus = (
      host: string,
      addresses?: readonly string[],
      action: 'restart' | 'start' = 'restart',
    ): InstancePlan => {
      const made = planOf(host, 'prometheus', { action })
      const ports = [{ protocol: 'tcp', port: 9090, ...(addresses ? { addresses } : {}) }] as const
      return { ...made, instance: { ...made.instance, service: { ...made.instance.service, ports } } }
    }
    const back = ['a/haproxy', 'b/haproxy', 'a/prometheus', 'b/prometheus']
    for (const rest of [{ action: 'stop', retired: true }, { action: 'reload' }] as const) {
      const plans = ['a', 'b'].flatMap(host => [prometheus(host), haproxy(host, rest)])
      assert.deepEqual(told(plans), back)
    }
    const leaves = haproxy('a', { action: 'stop', retired: true })
    const begun = prometheus('a', undefined, 'start')
    assert.deepEqual(told([begun, leaves]), ['a/haproxy', 'a/prometheus'])
    const given = ['a', 'b'].flatMap(host => [
      haproxy(host, { action: 'reload' }),
      prometheus(host, ['198.18.0.11', '127.0.0.1']),
    ])
    assert.deepEqual(told(given), ['a/prometheus', 'b/prometheus', 'a/haproxy', 'b/haproxy'])
    const came = haproxy('b', { action: 'start' })
    const left = planOf('b', 'prometheus', { action: 'stop', retired: true })
    const moved = prometheus('a', ['198.18.0.11', '127.0.0.1'])
    assert.deepEqual(told([left, came, moved]), ['a/prometheus', 'b/prometheus', 'b/haproxy'])
    const elsewhere = [
      ...['a', 'b'].flatMap(host => [prometheus(host), haproxy(host, { action: 'stop', retired: true })]),
      ...['c', 'd'].flatMap(host => [planOf(host, 'keepalived'), planOf(host, 'haproxy')]),
      ...['a', 'c'].map(host => planOf(host, 'firewall', { action: 'reload' })),
      planOf('a', 'keepalived', { action: 'stop', retired: true }),
    ]
    assert.deepEqual(told(elsewhere), [
      ...['c/firewall', 'c/haproxy', 'd/haproxy', 'c/keepalived', 'd/keepalived'],
      ...['a/keepalived', 'a/haproxy', 'b/haproxy', 'a/firewall', 'a/prometheus', 'b/prometheus'],
    ])
    const half = [
      ...[
        prometheus('a'),
        haproxy('a', { action: 'stop', retired: true }),
        haproxy('b', { action: 'reload' }),
      ],
      ...[planOf('c', 'keepalived'), planOf('c', 'haproxy'), planOf('b', 'keepalived', { action: 'reload' })],
      planOf('a', 'keepalived', { action: 'stop', retired: true }),
    ]
    assert.deepEqual(told(half), [
      ...['c/haproxy', 'a/keepalived', 'a/haproxy', 'a/prometheus'],
      ...['b/haproxy', 'b/keepalived', 'c/keepalived'],
    ])
    const apart = [haproxy('c', { action: 'stop', retired: true }), prometheus('a')]
    assert.deepEqual(told(apart), ['a/prometheus', 'c/haproxy'])
  })

  it('let go what leaves after all that stays, what watches before what it watches', () => {
    const plans = [plan('old', 1, { retired: true }), plan('old', 2, { retired: true }), plan('new', 2)]
    assert.deepEqual(told(plans), ['new/prometheus', 'old/prometheus', 'old/alertmanager'])
    const destroyed = [plan('x', 2), plan('y', 0, { retired: true })]
    assert.deepEqual(told(destroyed), ['x/prometheus', 'y/node_exporter'])
  })

  it('never hold two of a kind that goes one by one, and lose nothing that changes', () => {
    const any = fc.record({
      host: fc.constantFrom('a', 'b', 'c'),
      wave: fc.constantFrom(0, 1, 2),
      action: fc.constantFrom('start', 'restart', 'reload', undefined),
      retired: fc.boolean(),
      up: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(any), all => {
        const up = new Set<unknown>()
        const plans = all.map(item => {
          const { host, wave, action, retired } = item
          const made = plan(host, wave as 0, { retired, ...(action ? { action } : { changes: [] }) })
          if (item.up) up.add(made.instance)
          return made
        })
        const steps = stepsOf(plans, { serves: instance => up.has(instance) })
        for (const step of steps)
          assert.ok(step.plans.length === 1 || step.plans.every(item => !item.instance.oneByOne))
        const planned = steps.flatMap(step => step.plans)
        assert.equal(planned.length, new Set(planned).size)
        assert.deepEqual(new Set(planned), new Set(plans.filter(item => item.changes.length > 0)))
        const leaving = planned.map(item => item.instance.retired === true)
        assert.deepEqual(leaving, [...leaving].sort())
        const waves = planned
          .filter(item => !item.instance.retired)
          .map(item => (kinds as readonly string[]).indexOf(item.component))
        assert.deepEqual(
          waves,
          [...waves].sort((a, b) => a - b),
        )
      }),
    )
  })
})
