/** What a run may be to change in one cell, at random: everything on a few hosts, or from one site to another one. */
import fc from 'fast-check'
import { components, definitions, releaseOf } from '../../../roles/index.ts'
import { buildInstances } from '../../../roles/instances.ts'
import type { StepOrder } from '../../../src/engine/order/steps.ts'
import type { Component, Inventory } from '../../../src/inventory/model.ts'
import type { Action, InstancePlan } from '../../../src/plan/model.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { randomSite } from '../../topology/site.ts'
import { planOf } from '../plans.ts'

export interface Changes {
  readonly plans: readonly InstancePlan[]
  readonly order: StepOrder
}

/** As a random site names those of its first cell. */
const hosts = ['h0-0', 'h0-1', 'h0-2', 'h0-3', 'h0-4']

/** A component for each order that a definition gives: those of one order change alike. */
export const anyOrder: readonly Component[] = [
  ...new Map(definitions.toReversed().map(({ order, name }) => [order, name])).values(),
]

const action = fc.constantFrom<Action | 'leaves'>('start', 'restart', 'reload', 'create', 'leaves')

const order: fc.Arbitrary<StepOrder> = fc
  .record({
    down: fc.subarray(hosts),
    active: fc.subarray(hosts),
    ranks: fc.shuffledSubarray(hosts, { minLength: hosts.length }),
    turns: fc.array(fc.nat(4), { minLength: hosts.length, maxLength: hosts.length }),
  })
  .map(({ down, active, ranks, turns }) => ({
    serves: ({ host }) => !down.includes(host),
    rank: ({ host }) => ranks.indexOf(host),
    active: new Map(components.map(component => [component, new Set(active)])),
    turns: new Map(hosts.map((host, at) => [host, turns[at] ?? 0])),
  }))

/** Each component on each host at most once. */
export const randomChanges = (all: readonly Component[]): fc.Arbitrary<Changes> =>
  fc
    .record({
      chosen: fc.uniqueArray(
        fc.record({
          host: fc.constantFrom(...hosts),
          component: fc.constantFrom(...all),
          action,
          port: fc.constantFrom('none', 'everywhere', 'own'),
        }),
        { selector: ({ host, component }) => `${host} ${component}`, maxLength: 24 },
      ),
      order,
    })
    .map(({ chosen, order }) =>
      readable({
        plans: chosen.map(({ host, component, action, port }) => changed(host, component, action, port)),
        order,
      }),
    )

function changed(
  host: string,
  component: Component,
  action: Action | 'leaves',
  port: 'none' | 'everywhere' | 'own',
): InstancePlan {
  const leaves = action === 'leaves' ? ({ action: 'stop', retired: true } as const) : { action }
  const plan = planOf(host, component, leaves)
  const addresses = port === 'own' ? { addresses: ['198.18.0.11'] } : {}
  const ports = port === 'none' ? [] : [{ protocol: 'tcp', port: 9090, ...addresses } as const]
  const service = { ...plan.instance.service, ports }
  return { ...plan, instance: { ...plan.instance, service } }
}

/** From one site to another one whose cells and hosts have the same names: what stays is changed at random. */
export const randomMove: fc.Arbitrary<Changes> = fc
  .tuple(randomSite, randomSite, fc.array(action, { minLength: 12, maxLength: 12 }), order)
  .map(([from, to, actions, order]) => {
    const [old, wanted] = [cellInstances(from), cellInstances(to)]
    const isIn = (list: readonly Instance[], { host, component }: Instance) =>
      list.some(other => other.host === host && other.component === component)
    const [staying, coming] = [wanted.filter(one => isIn(old, one)), wanted.filter(one => !isIn(old, one))]
    const changing = staying.flatMap((one, at) => {
      const what = actions[at % actions.length]
      // Of those that stay, what would leave is left alone.
      return what === undefined || what === 'leaves' ? [] : [planFor(one, what)]
    })
    const leaving = old
      .filter(one => !isIn(wanted, one))
      .map(one => planFor({ ...one, retired: true }, 'stop'))
    return readable({ plans: [...changing, ...coming.map(one => planFor(one, 'start')), ...leaving], order })
  })

function cellInstances(site: Inventory): readonly Instance[] {
  // The first cell collects from no other.
  const first = { ...site, cells: site.cells.slice(0, 1) }
  return buildInstances(first, buildTopology(first), component => releaseOf(component).version)
}

function planFor(instance: Instance, action: Action): InstancePlan {
  const change = { resource: `service:${instance.service.unit}`, action, reason: 'a test wants it' }
  return {
    instance,
    component: instance.component,
    changes: [change],
    renewed: new Set(),
    removed: [],
    backups: [],
  }
}

/** A change, in a line. */
export function told({ component, instance, changes }: InstancePlan): string {
  return `${instance.retired ? 'leaving ' : ''}${component} on ${instance.host} (${changes[0]?.action})`
}

/** As a failed property shows it: the plans of whole sites are some thousand lines. */
function readable(changes: Changes): Changes {
  return Object.assign(changes, { [fc.toStringMethod]: () => changes.plans.map(told).join(', ') })
}
