import assert from 'node:assert/strict'
import fc from 'fast-check'
import { grouped } from '../../../src/diagnostic/grouped.ts'
import {
  interruptions,
  interrupts,
  outageNow,
  outageProblems,
} from '../../../src/engine/availability/serving.ts'
import type { RunContext } from '../../../src/engine/context.ts'
import type { Emit } from '../../../src/engine/event.ts'
import type { Component } from '../../../src/inventory/model.ts'
import type { InstancePlan } from '../../../src/plan/model.ts'
import { AskError } from '../../../src/verify/model.ts'
import { planOf } from '../plans.ts'
import { contextOf, runOf } from '../runs.ts'

const restart = (host: string, component: Component = 'prometheus') =>
  planOf(host, component, { action: 'restart' })

/** A cell of these hosts; `up` answer, the others do not listen. */
function sceneOf(
  hosts: readonly string[],
  up: readonly string[],
  plans: readonly InstancePlan[],
  stores: readonly object[] = [],
): RunContext {
  const member = (port: number) => (host: string) => ({
    host,
    address: `net-${host}`,
    port,
    local: { address: '127.0.0.1', port },
  })
  const cell = {
    name: 'eu',
    replicas: hosts.map(member(9090)),
    peers: hosts.map(member(9093)),
    exporters: [],
    pushgateways: hosts.map(member(9091)),
    probers: hosts.map(member(9115)),
    stores: stores.map(one => ({ ...one, members: hosts.map(member(8482)) })),
    grafanas: [],
    ...{ movingAddresses: [], proxies: [] },
  }
  const byHost = grouped(plans, plan => plan.instance.host)
  return contextOf(
    [...byHost].map(([host, plan]) => runOf(host, { plan })),
    {
      prepared: { topology: { cells: [cell] }, inventory: { hosts: [] } },
      async ask(host) {
        if (up.includes(host)) return { status: 200, body: '' }
        throw new AskError('refused', 'nothing listens')
      },
    },
  )
}

async function refused(context: RunContext, allowOutage = false) {
  const told: string[] = []
  const emit: Emit = event =>
    void told.push(`${event.type} ${event.type === 'problem' ? event.problem.summary : ''}`)
  const request = { ...context.request, allowOutage, emit }
  return { problems: await outageProblems({ ...context, request }), told }
}

describe('an outage', () => {
  it('comes of a restart or a stop of what is doubled, and of nothing else', () => {
    for (const [action, expected] of [
      ['restart', true],
      ['stop', true],
      ['start', false],
      ['reload', false],
    ] as const)
      assert.equal(interrupts(planOf('a', 'prometheus', { action })), expected, action)
    assert.equal(interrupts(planOf('a', 'node_exporter', { action: 'restart' })), false)
    assert.equal(interrupts(planOf('a', 'prometheus', { action: 'stop', retired: true })), true)
    const enabled = { resource: 'unit:prometheus.service', action: 'restart', reason: '' } as const
    assert.equal(interrupts(planOf('a', 'prometheus', { changes: [enabled] })), false)
  })

  it('is none while the twin serves', async () => {
    const plans = [restart('a'), restart('b')]
    assert.deepEqual((await refused(sceneOf(['a', 'b'], ['a', 'b'], plans))).problems, [])
  })

  it('is none where the twin is started first', async () => {
    const plans = [restart('a'), planOf('b', 'prometheus')]
    assert.deepEqual((await refused(sceneOf(['a', 'b'], ['a'], plans))).problems, [])
  })

  it('is none where it does not serve itself', async () => {
    assert.deepEqual((await refused(sceneOf(['a', 'b'], [], [restart('a')]))).problems, [])
  })

  it('is refused where the twin does not serve, with who was asked and what it said', async () => {
    const { problems, told } = await refused(sceneOf(['a', 'b'], ['a'], [restart('a')]))
    assert.deepEqual(problems, [
      {
        code: 'member.outage',
        severity: 'error',
        summary: 'prometheus would be restarted, and no other replica of cell eu serves now',
        host: 'a',
        resource: 'service:prometheus.service',
        detail: 'prometheus on b, asked on b: nothing listens on 127.0.0.1:9090',
        remedy: 'Bring b back, then run the command again. To accept the outage, pass --allow-outage.',
      },
    ])
    assert.deepEqual(told, [])
  })

  it('is one if fewer members would serve than a store needs', async () => {
    const hosts = ['a', 'b', 'c']
    const store = [{ store: 'victoriametrics', component: 'vmstorage', spare: 1 }]
    const plans = [restart('a', 'vmstorage'), restart('b', 'vmstorage')]
    const whole = sceneOf(hosts, hosts, plans, store)
    assert.deepEqual((await refused(whole)).problems, [])
    assert.equal(await outageNow(whole, restart('a', 'vmstorage')), undefined)
    const lacking = sceneOf(hosts, ['a', 'b'], plans, store)
    const { problems } = await refused(lacking)
    const summary =
      'vmstorage would be restarted, and 1 other vmstorage of cell eu would serve then, of 2 that are needed'
    assert.deepEqual(
      problems.map(one => [one.host, one.summary, one.remedy]),
      ['a', 'b'].map(host => [
        ...[host, summary],
        'Bring c back, then run the command again. To accept the outage, pass --allow-outage.',
      ]),
    )
    assert.equal((await outageNow(lacking, restart('b', 'vmstorage')))?.summary, summary)
    const { told } = await refused(lacking, true)
    assert.equal(told.length, 2)
    // The one that is down is brought back first.
    const back = sceneOf(hosts, ['a', 'b'], [...plans, planOf('c', 'vmstorage')], store)
    assert.deepEqual((await refused(back)).problems, [])
  })

  it('is said to be that of all, and what of it stays, where the inventory has none any more', async () => {
    const plans = ['a', 'b'].map(host => planOf(host, 'victoriametrics', { action: 'stop', retired: true }))
    const scene = sceneOf(['a', 'b'], ['a', 'b'], plans)
    const owned = [
      { kind: 'data', name: '/var/lib/victoriametrics', found: false },
      { kind: 'file', name: '/usr/local/bin/victoria-metrics', found: false },
    ]
    const observed = { records: new Map([['victoriametrics', { owned }]]), units: new Map() }
    const runs = plans.map(plan => runOf(plan.instance.host, { plan: [plan], observed }))
    const context = { ...scene, hosts: contextOf(runs).hosts }
    const { problems } = await refused(context)
    assert.deepEqual(problems, [
      {
        code: 'member.all-leave',
        severity: 'error',
        summary: 'victoriametrics would leave cell eu: the inventory names no VictoriaMetrics node any more',
        host: 'b',
        resource: 'service:victoriametrics.service',
        detail:
          'It leaves a and b.\nIts data stays: /var/lib/victoriametrics on a, /var/lib/victoriametrics on b.',
        remedy: 'To remove it, pass --allow-outage. To keep it, name its hosts in the inventory again.',
      },
    ])
    const { problems: none, told } = await refused(context, true)
    assert.deepEqual(none, [])
    assert.deepEqual(told, [
      'problem victoriametrics leaves cell eu, which has no other VictoriaMetrics node',
    ])
    // One of two that leaves while the inventory keeps the other, which does not serve, is an outage as any.
    const [, one] = ['a', 'b'].map(host => planOf(host, 'vmstorage', { action: 'stop', retired: true }))
    const store = [{ store: 'victoriametrics', component: 'vmstorage' }]
    const half = sceneOf(['a', 'b'], ['b'], [one ?? assert.fail()], store)
    assert.equal((await refused(half)).problems[0]?.code, 'member.outage')
  })

  it('is told as a warning where it is wanted', async () => {
    const { problems, told } = await refused(sceneOf(['a', 'b'], ['a'], [restart('a')]), true)
    assert.deepEqual(problems, [])
    assert.deepEqual(told, [
      'problem prometheus is restarted although it is the only replica of cell eu that serves',
    ])
  })

  it('is refused where there is one member only', async () => {
    const { problems } = await refused(sceneOf(['a'], ['a'], [restart('a', 'alertmanager')]))
    assert.deepEqual(
      problems.map(({ summary, detail, remedy }) => ({ summary, detail, remedy })),
      [
        {
          summary: 'alertmanager would be restarted, and no other Alertmanager of cell eu serves now',
          detail: 'The cell has no other Alertmanager.',
          remedy:
            'Name a second Alertmanager, then run the command again. To accept the outage, pass --allow-outage.',
        },
      ],
    )
  })

  it('is refused where the last one leaves, and not where its successor serves by then', async () => {
    const leaving = planOf('old', 'prometheus', { action: 'stop', retired: true })
    const alone = await refused(sceneOf([], ['old'], [leaving]))
    assert.equal(
      alone.problems[0]?.summary,
      'prometheus would leave cell eu: the inventory names no replica any more',
    )
    const plans = [leaving, planOf('new', 'prometheus')]
    assert.deepEqual((await refused(sceneOf(['new'], ['old'], plans))).problems, [])
  })

  for (const [component, noun] of [
    ['pushgateway', 'Pushgateway'],
    ['blackbox_exporter', 'prober'],
  ] as const) {
    it(`is refused of the ${noun} whose twin does not serve, and none of a single one`, async () => {
      const plan = restart('a', component)
      assert.deepEqual((await refused(sceneOf(['a', 'b'], ['a', 'b'], [plan]))).problems, [])
      const { problems } = await refused(sceneOf(['a', 'b'], ['a'], [plan]))
      assert.deepEqual(
        problems.map(({ summary }) => summary),
        [`${component} would be restarted, and no other ${noun} of cell eu serves now`],
      )
      assert.ok(await outageNow(sceneOf(['a', 'b'], ['a'], [plan]), plan))
      assert.deepEqual((await refused(sceneOf(['a'], ['a'], [plan]))).problems, [])
      assert.equal(await outageNow(sceneOf(['a'], ['a'], [plan]), plan), undefined)
      const leaving = planOf('a', component, { action: 'stop', retired: true })
      assert.deepEqual((await refused(sceneOf([], ['a'], [leaving]))).problems, [])
    })
  }

  it('is looked for again right before each step', async () => {
    const plan = restart('a')
    assert.equal(await outageNow(sceneOf(['a', 'b'], ['a', 'b'], [plan]), plan), undefined)
    const found = await outageNow(sceneOf(['a', 'b'], ['a'], [plan]), plan)
    assert.match(found?.summary ?? '', /no other replica of cell eu serves now$/)
    const reload = planOf('a', 'prometheus', { action: 'reload' })
    assert.equal(await outageNow(sceneOf(['a', 'b'], ['a'], [reload]), reload), undefined)
  })

  it('is never let through: at each step that is not refused another serves', () => {
    const step = fc.record({
      host: fc.constantFrom('a', 'b', 'c'),
      action: fc.constantFrom('start', 'restart', 'reload', 'stop'),
    })
    const hosts = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'))
    fc.assert(
      fc.property(fc.uniqueArray(step, { selector: item => item.host }), hosts, (steps, serving) => {
        const plans = steps.map(({ host, action }) =>
          planOf(host, 'prometheus', { action, ...(action === 'stop' ? { retired: true } : {}) }),
        )
        const found = new Set(interruptions(plans, new Set<string>(serving)))
        const up = new Set<string>(serving)
        for (const plan of plans) {
          const { host } = plan.instance
          const before = [...up]
          const action = plan.changes[0]?.action
          if (action === 'restart' || action === 'stop') up.delete(host)
          const dark = before.length > 0 && up.size === 0
          assert.equal(found.has(plan), dark)
          if (action === 'restart' || action === 'start') up.add(host)
        }
      }),
    )
  })
})
