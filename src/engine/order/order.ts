/** In which order the changes of each cell are made, by what its members do now, and how that is told. */
import { addressMover } from '../../../roles/index.ts'
import { storeComponents } from '../../../roles/storage/stores.ts'
import { grouped } from '../../diagnostic/grouped.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { cellNamed } from '../../topology/member/members.ts'
import type { Topology } from '../../topology/model.ts'
import { cellOrder } from '../../topology/order/cells.ts'
import type { Edge } from '../../topology/order/change.ts'
import { activeHosts } from '../availability/active.ts'
import { servesBy } from '../availability/serving.ts'
import { servingStates } from '../availability/serving-state.ts'
import { vrrpMembersOf } from '../availability/vrrp-members.ts'
import type { RunContext } from '../context.ts'
import { changingPlans, type HostRuns } from '../host-run.ts'
import { orderProblem } from '../messages.ts'
import { orderEvent } from './reasons.ts'
import { circleOf, rankIn, type Step, stepsOf } from './steps.ts'
import { turnsOf } from './vrrp-update-order.ts'

interface CellChanges {
  readonly plans: readonly InstancePlan[]
  /** The cells that are changed before it, of those that change. */
  readonly after: readonly string[]
}

/** The changes of hosts that differ, by cell, in the order in which cells are changed; those that the inventory lost come last. */
export function changesByCell({ cells }: Topology, hosts: HostRuns): ReadonlyMap<string, CellChanges> {
  const found = grouped(changingPlans(hosts), ({ instance }) => instance.cell)
  const known = new Set(cells.map(({ name }) => name))
  const lost = [...found.keys()].filter(name => !known.has(name)).map(name => ({ name, sinks: [] }))
  const leaving = [...found].filter(([, plans]) => plans.some(losesStore)).map(([name]) => name)
  const order = cellOrder([...cells, ...lost], new Set(leaving))
  return new Map(
    [...order].flatMap(([name, before]) => {
      const plans = found.get(name)
      return plans ? [[name, { plans, after: before.filter(one => found.has(one)) }] as const] : []
    }),
  )
}

function losesStore({ component, instance }: InstancePlan): boolean {
  return instance.retired === true && storeComponents.includes(component)
}

/** The cell's steps, and the components of which a member serves before the first of them. Never rejects. */
export async function orderIn(
  context: RunContext,
  cell: string,
  plans: readonly InstancePlan[],
): Promise<{ readonly steps: readonly Step[]; readonly established: ReadonlySet<string> }> {
  const doubled = new Set(plans.filter(plan => plan.instance.oneByOne).map(plan => plan.component))
  const asked = [...doubled].map(
    async component => [component, await servingStates(context, cell, component)] as const,
  )
  const seen = new Map(await Promise.all(asked))
  const topology = cellNamed(context.prepared.topology, cell)
  const serves = (host: string, component: InstancePlan['component']) =>
    servesBy(seen.get(component) ?? new Map())(host)
  const active = await activeHosts(context, cell, doubled)
  const steps = stepsOf(plans, {
    serves: ({ host, component }) => serves(host, component),
    rank: rankIn(topology),
    active,
    turns: turnsOf(doubled.has(addressMover.name) ? await vrrpMembersOf(context, cell) : []),
  })
  const established = [...seen].filter(([component, found]) =>
    [...found.keys()].some(host => serves(host, component)),
  )
  return { steps, established: new Set(established.map(([component]) => component)) }
}

/** Tells the order that an apply would have now, if the run is to explain it. */
export async function tellOrder(context: RunContext): Promise<void> {
  const { explains, emit } = context.request
  if (!explains) return
  const cells = changesByCell(context.prepared.topology, context.hosts)
  for (const [cell, { plans }] of cells) emit(orderEvent(cell, (await orderIn(context, cell, plans)).steps))
}

/** Errors for changes that wait for each other. There are none unless the rules have a fault. */
export function circleProblems({ hosts, prepared, request }: RunContext): readonly Problem[] {
  return [...changesByCell(prepared.topology, hosts)].flatMap(([cell, { plans }]) => {
    const circle = circleOf(plans, request.orderRules)
    return circle.length === 0 ? [] : [circleProblem(cell, circle)]
  })
}

type Named = { readonly plan: Pick<InstancePlan, 'component' | 'instance'> }

export function circleProblem(cell: string, circle: readonly Edge<Named>[]): Problem {
  const names = (changes: readonly Named[]) =>
    changes.map(({ plan }) => `${plan.component} on ${plan.instance.host}`).join(', ')
  const told = circle.map(one => `${names(one.before)} before ${names(one.after)}: ${one.because}`)
  return orderProblem.circle({}, cell, told)
}
