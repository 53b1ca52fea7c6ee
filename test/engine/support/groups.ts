/** The order of change as nine groups, each in waves: what the graph has to agree with wherever there is a reason. */
import assert from 'node:assert/strict'
import type { Step, StepOrder } from '../../../src/engine/order/steps.ts'
import { otherTurn } from '../../../src/engine/order/vrrp-update-order.ts'
import type { Component } from '../../../src/inventory/model.ts'
import type { InstancePlan } from '../../../src/plan/model.ts'

const waves: Readonly<Record<Component, number>> = {
  ...{ firewall: 0, node_exporter: 1, pushgateway: 2, blackbox_exporter: 2, alertmanager: 3 },
  ...{ prometheus: 4, haproxy: 5, keepalived: 6 },
}

export const groupedComponents: readonly Component[] = Object.keys(waves)

/** Whether the groups know all of these components. */
export function areGrouped(plans: readonly InstancePlan[]): boolean {
  return plans.every(({ component }) => waves[component] !== undefined)
}

function waveOf({ component, instance }: InstancePlan): number {
  const wave = waves[component] ?? assert.fail(`no group of ${component}`)
  return instance.retired ? -wave : wave
}

type GroupedStep = Pick<Step, 'plans'>

/** The steps of one cell, what leaves it last; instances that need no change are left out. */
export function groupedSteps(plans: readonly InstancePlan[], order: StepOrder = {}): readonly GroupedStep[] {
  const changing = plans.filter(plan => plan.changes.length > 0)
  const room = withWhatLeads(
    changing.filter(plan => makesRoom(plan, changing)),
    changing,
  )
  const shut = changing.filter(plan => staysShut(plan, changing))
  const cleared = changing.filter(plan => clears(plan, changing))
  const handed = changing.filter(plan => handsOver(plan, changing) && !room.includes(plan))
  const relief = changing.filter(plan => relieves(plan, room, changing))
  const special = [...relief, ...room, ...shut, ...cleared, ...handed]
  const others = changing.filter(plan => !special.includes(plan))
  const staying = others.filter(({ instance }) => !instance.retired)
  const before = (plan: InstancePlan, component: Component) => waveOf(plan) < (waves[component] ?? 0)
  const groups = [
    relief,
    room,
    staying.filter(plan => before(plan, 'haproxy')),
    cleared,
    staying.filter(plan => !before(plan, 'haproxy') && before(plan, 'keepalived')),
    handed,
    staying.filter(plan => !before(plan, 'keepalived')),
    others.filter(({ instance }) => instance.retired),
    shut,
  ]
  return groups.flatMap(own => {
    const waves = [...new Set(own.map(waveOf))].sort((a, b) => a - b)
    return waves.flatMap(wave =>
      stepsOfWave(
        own.filter(plan => waveOf(plan) === wave),
        order,
      ),
    )
  })
}

/** What makes room for a Prometheus, and what takes over meanwhile: the groups before all others. */
export function earlyPlans(plans: readonly InstancePlan[]): ReadonlySet<InstancePlan> {
  const room = withWhatLeads(
    plans.filter(plan => makesRoom(plan, plans)),
    plans,
  )
  return new Set([...room, ...plans.filter(plan => relieves(plan, room, plans))])
}

/**
 * Whether a Prometheus of its host waits for it: one that takes the port on all addresses, which it shared with the load
 * balancer or has never had, starts only where HAProxy has let go of its own.
 */
function makesRoom(
  { component, changes, instance: { host } }: InstancePlan,
  all: readonly InstancePlan[],
): boolean {
  if (component !== 'haproxy' || changes.some(({ action }) => action === 'start')) return false
  return all.some(
    other =>
      other.component === 'prometheus' &&
      other.instance.host === host &&
      other.changes.some(({ action }) => action === 'restart' || action === 'start') &&
      other.instance.service.ports.some(({ addresses }) => addresses === undefined),
  )
}

/** Beside a HAProxy that leaves what leads to it: else an address would go to the next one that is about to leave. */
function withWhatLeads(room: readonly InstancePlan[], all: readonly InstancePlan[]): readonly InstancePlan[] {
  const hosts = room.filter(({ instance }) => instance.retired).map(({ instance }) => instance.host)
  const leading = all.filter(
    ({ component, instance }) =>
      component === 'keepalived' && instance.retired === true && hosts.includes(instance.host),
  )
  return [...leading, ...room]
}

/**
 * Whether it takes over from a HAProxy that leaves in order to make room: it comes to a host where no Prometheus is in its
 * way. What guards it and what leads to it come with it, the latter unless one stays that may have the address now and
 * knows nothing of it.
 */
function relieves(
  { component, changes, instance: { host, cell, retired } }: InstancePlan,
  room: readonly InstancePlan[],
  all: readonly InstancePlan[],
): boolean {
  const on = (wanted: Component) =>
    all.find(other => other.component === wanted && other.instance.host === host)
  const comes = (plan: Pick<InstancePlan, 'changes'> | undefined) =>
    plan?.changes.some(({ action }) => action === 'start') === true
  const leads = component === 'keepalived' && comes({ changes }) && !keeperStays(cell, all)
  return (
    (component === 'haproxy' || component === 'firewall' || leads) &&
    comes(on('haproxy')) &&
    on('prometheus') === undefined &&
    !retired &&
    room.some(({ instance }) => instance.retired)
  )
}

/** Whether a HAProxy of its host waits for it: a replica that leaves may have the port that the load balancer is to have. */
function clears({ component, instance: { host, retired } }: InstancePlan, all: readonly InstancePlan[]) {
  return (
    component === 'prometheus' &&
    retired === true &&
    all.some(
      other => other.component === 'haproxy' && other.instance.host === host && !other.instance.retired,
    )
  )
}

/**
 * Whether it hands its addresses over to a member that stays: one that no longer hears of it, since it was told of its new
 * peers, would take them while they are here still. If no host stays, one that comes takes them first, so that no address
 * is without a host.
 */
function handsOver({ component, instance }: InstancePlan, all: readonly InstancePlan[]): boolean {
  return component === 'keepalived' && instance.retired === true && keeperStays(instance.cell, all)
}

/** Whether a keepalived of the cell runs and goes on to; it is told of each that comes or leaves, so it is among those. */
function keeperStays(cell: string, all: readonly InstancePlan[]): boolean {
  return all.some(
    ({ component, instance, changes }) =>
      component === 'keepalived' &&
      instance.cell === cell &&
      !instance.retired &&
      !changes.some(({ action }) => action === 'start'),
  )
}

/**
 * Whether a firewall opens only what leaves its host: then it waits until nothing listens there any more. Where something
 * comes to the cell in the same run, it might wait to be let in.
 */
export function staysShut(
  { component, instance: { host } }: InstancePlan,
  all: readonly InstancePlan[],
): boolean {
  const isOther = (other: InstancePlan) => other.component !== 'firewall'
  const comes = all.some(
    other =>
      isOther(other) && !other.instance.retired && other.changes.some(({ action }) => action === 'start'),
  )
  const leaves = all.some(
    other => isOther(other) && other.instance.retired === true && other.instance.host === host,
  )
  return component === 'firewall' && leaves && !comes
}

function stepsOfWave(plans: readonly InstancePlan[], order: StepOrder): readonly GroupedStep[] {
  const parallel = plans.filter(plan => !plan.instance.oneByOne)
  const serial = plans.filter(plan => plan.instance.oneByOne)
  const turn = ({ instance }: InstancePlan) => order.turns?.get(instance.host) ?? otherTurn
  const told = serial
    .filter(isToldOfPeers)
    .sort((a, b) => turn(a) - turn(b) || rank(a, order) - rank(b, order))
  const others = serial
    .filter(plan => !told.includes(plan))
    .sort((a, b) => urgency(a, order) - urgency(b, order) || rank(a, order) - rank(b, order))
  return [
    ...(parallel.length > 0 ? [{ plans: parallel }] : []),
    ...[...told, ...others].map(plan => ({ plans: [plan] })),
  ]
}

/**
 * A keepalived that only reloads, which moves no address. The host that has one is to know of new members before they begin, or
 * they would hear nothing of it and take the address too; so those come first of all.
 */
function isToldOfPeers({ component, instance, changes }: InstancePlan): boolean {
  return (
    component === 'keepalived' &&
    !instance.retired &&
    !changes.some(({ action }) => action === 'start' || action === 'restart')
  )
}

/** What does not serve comes first: its twin may be the only one that does, and is not to be interrupted before. */
function urgency(plan: InstancePlan, { serves }: StepOrder): number {
  if (plan.changes.some(change => change.action === 'start')) return 0
  return serves === undefined || serves(plan.instance) ? 1 : 0
}

function rank(plan: InstancePlan, order: StepOrder): number {
  // What is active comes behind all others.
  const late = order.active?.get(plan.component)?.has(plan.instance.host) ? 1000 : 0
  return late + (order.rank?.(plan.instance) ?? 0)
}
