/** The order of change within a cell: waves, within a wave one by one or all at once, and at last what leaves. */
import type { Component } from '../inventory/model.ts'
import type { InstancePlan } from '../plan/model.ts'
import type { Instance } from '../resource/model.ts'
import type { CellTopology } from '../topology/model.ts'
import { orderOf } from '../topology/order.ts'
import { standbysOf } from '../topology/standby.ts'
import { otherTurn } from './handover.ts'

/** Steps one after another; what stands in one step may be changed at once. */
export interface Step {
  readonly plans: readonly InstancePlan[]
  /** Where one of it fails, the cell's later steps are not begun. */
  readonly gates: boolean
}

export interface StepOrder {
  /** Whether it serves now; where that is not known, the plan is taken for it. */
  readonly serves?: (instance: Instance) => boolean
  /** Lower comes first among those that serve. */
  readonly rank?: (instance: Instance) => number
  /** Host → when its keepalived is told of other members, the lowest first; others are told in the middle. */
  readonly turns?: ReadonlyMap<string, number>
}

/** The steps of one cell, what leaves it last; instances that need no change are left out. */
export function stepsOf(plans: readonly InstancePlan[], order: StepOrder = {}): readonly Step[] {
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
  const before = ({ instance }: InstancePlan, component: Component) => instance.wave < orderOf(component).wave
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
    const waves = [...new Set(own.map(plan => plan.instance.wave))].sort((a, b) => a - b)
    return waves.flatMap(wave =>
      stepsOfWave(
        own.filter(plan => plan.instance.wave === wave),
        order,
      ),
    )
  })
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
  { component, changes, instance: { host, cell } }: InstancePlan,
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
function staysShut({ component, instance: { host } }: InstancePlan, all: readonly InstancePlan[]): boolean {
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

function stepsOfWave(plans: readonly InstancePlan[], order: StepOrder): readonly Step[] {
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
    ...(parallel.length > 0 ? [{ plans: parallel, gates: false }] : []),
    ...[...told, ...others].map(plan => ({ plans: [plan], gates: true })),
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
  return order.rank?.(plan.instance) ?? 0
}

/**
 * Members in the order that the topology gives them, what is none of them comes behind, and last of all whichever is
 * active: its twin has the change by then, and an address moves once.
 */
export function rankIn(
  cell: CellTopology | undefined,
  active: ReadonlyMap<Component, ReadonlySet<string>> = new Map(),
): (instance: Instance) => number {
  return ({ component, host }) => {
    const members = cell === undefined ? [] : standbysOf(cell, component)
    const at = members.findIndex(member => member.host === host)
    const late = active.get(component)?.has(host) ? members.length + 1 : 0
    return late + (at < 0 ? members.length : at)
  }
}
