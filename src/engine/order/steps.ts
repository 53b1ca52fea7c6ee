/** The order of change within a cell: what is changed in one step, what comes before it, and why. */
import { components } from '../../../roles/index.ts'
import { grouped } from '../../diagnostic/grouped.ts'
import type { Component } from '../../inventory/model.ts'
import type { InstancePlan } from '../../plan/model.ts'
import type { Instance } from '../../resource/model.ts'
import { redundantMembers } from '../../topology/member/redundant.ts'
import type { CellTopology } from '../../topology/model.ts'
import type { Edge } from '../../topology/order/change.ts'
import { edgesOf } from '../../topology/order/edges.ts'
import type { MemberChange } from '../../topology/order/members.ts'
import type { Rule } from '../../topology/order/rules.ts'
import { type Sorted, sortSteps } from './sort.ts'
import { otherTurn } from './vrrp-update-order.ts'

/** Steps one after another; what stands in one step may be changed at once. */
export interface Step {
  readonly plans: readonly InstancePlan[]
  /** What is changed before it; empty where nothing has to be. */
  readonly after: readonly Reason[]
}

export interface Reason {
  readonly plans: readonly InstancePlan[]
  /** A sentence. */
  readonly because: string
}

export interface StepOrder {
  /** Whether it serves now; without it, each is taken to serve. */
  readonly serves?: (instance: Instance) => boolean
  /** Lower comes first among those that serve. */
  readonly rank?: (instance: Instance) => number
  /** The hosts of what is used now, by component. */
  readonly active?: ReadonlyMap<Component, ReadonlySet<string>>
  /** Host → when its keepalived is told of other members, the lowest first; others are told in the middle. */
  readonly turns?: ReadonlyMap<string, number>
}

interface Planned extends MemberChange {
  readonly plan: InstancePlan
}

/** The steps of one cell; instances that need no change are left out. */
export function stepsOf(plans: readonly InstancePlan[], order: StepOrder = {}): readonly Step[] {
  return sorted(plans, order).steps.map(({ items, edges }) => ({
    plans: items.map(({ plan }) => plan),
    after: reasonsOf(edges),
  }))
}

/** What comes first for one reason is told together. */
function reasonsOf(edges: readonly Edge<Planned>[]): readonly Reason[] {
  return [...grouped(edges, ({ because }) => because)].map(([because, own]) => ({
    because,
    plans: [...new Set(own.flatMap(({ before }) => before.map(({ plan }) => plan)))],
  }))
}

/** A circle in the order of one cell, which is a bug; empty if there is none. */
export function circleOf(
  plans: readonly InstancePlan[],
  rules?: readonly Rule[],
): readonly Edge<{ readonly plan: InstancePlan }>[] {
  return sorted(plans, {}, rules).circle
}

function sorted(plans: readonly InstancePlan[], order: StepOrder, rules?: readonly Rule[]): Sorted<Planned> {
  const changing = plans.filter(plan => plan.changes.length > 0).map(plan => planned(plan, order))
  const place = (one: Planned) => components.indexOf(one.component)
  return sortSteps(changing, edgesOf(changing, rules), {
    compare: (a, b) => place(a) - place(b),
    together: (a, b) => !a.oneByOne && !b.oneByOne && a.component === b.component && a.leaves === b.leaves,
  })
}

function planned(plan: InstancePlan, { serves, rank, active, turns }: StepOrder): Planned {
  const { instance, component, changes } = plan
  const { host, oneByOne, retired, service } = instance
  const does = (wanted: string) => changes.some(({ action }) => action === wanted)
  return {
    ...{ plan, host, component, oneByOne, leaves: retired === true },
    ...{ starts: does('start'), restarts: does('restart') },
    listensEverywhere: service.ports.some(({ addresses }) => addresses === undefined),
    serves: serves?.(instance) ?? true,
    active: active?.get(component)?.has(host) ?? false,
    rank: rank?.(instance) ?? 0,
    turn: turns?.get(host) ?? otherTurn,
  }
}

/** Members in the order that the topology gives them; hosts that are no members come behind. */
export function rankIn(cell: CellTopology | undefined): (instance: Instance) => number {
  return ({ component, host }) => {
    const members = cell === undefined ? [] : redundantMembers(cell, component)
    const at = members.findIndex(member => member.host === host)
    return at < 0 ? members.length : at
  }
}
