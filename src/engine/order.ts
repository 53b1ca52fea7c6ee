/** In which order the changes of each cell are made, by what its members do now, and how that is told. */
import { addressMover } from '../../roles/index.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import type { HostPlan, InstancePlan } from '../plan/model.ts'
import { cellNamed } from '../topology/named.ts'
import type { Edge } from '../topology/order/change.ts'
import { activeHosts } from './active.ts'
import type { RunRequest } from './api.ts'
import { turnsOf } from './handover.ts'
import { keepersOf } from './keepers.ts'
import { orderEvent } from './reasons.ts'
import { servesBy } from './serving.ts'
import { type Scene, standings } from './standing.ts'
import { circleOf, rankIn, type Step, stepsOf } from './steps.ts'

/** The changes of hosts that differ, by cell: the given cells in their order, then those that the inventory lost. */
export function changesByCell(
  cells: readonly { readonly name: string }[],
  hosts: readonly HostPlan[],
): ReadonlyMap<string, readonly InstancePlan[]> {
  const found = new Map<string, InstancePlan[]>(cells.map(({ name }) => [name, []]))
  for (const plan of hosts.filter(({ status }) => status === 'differs').flatMap(host => host.instances)) {
    const { cell } = plan.instance
    if (plan.changes.length > 0) found.set(cell, [...(found.get(cell) ?? []), plan])
  }
  return new Map([...found].filter(([, plans]) => plans.length > 0))
}

/** The cell's steps, and the components of which a member serves before the first of them. Never rejects. */
export async function orderIn(
  scene: Scene,
  cell: string,
  plans: readonly InstancePlan[],
): Promise<{ readonly steps: readonly Step[]; readonly established: ReadonlySet<string> }> {
  const doubled = new Set(plans.filter(plan => plan.instance.oneByOne).map(plan => plan.component))
  const seen = new Map(
    await Promise.all(
      [...doubled].map(async component => [component, await standings(scene, cell, component)] as const),
    ),
  )
  const topology = cellNamed(scene.survey.prepared.topology, cell)
  const serves = (host: string, component: InstancePlan['component']) =>
    servesBy(seen.get(component) ?? new Map())(host)
  const active = await activeHosts(scene, cell, doubled)
  const steps = stepsOf(plans, {
    serves: ({ host, component }) => serves(host, component),
    rank: rankIn(topology, active),
    active,
    turns: turnsOf(doubled.has(addressMover.name) ? await keepersOf(scene, cell) : []),
  })
  const established = [...seen].filter(([component, found]) =>
    [...found.keys()].some(host => serves(host, component)),
  )
  return { steps, established: new Set(established.map(([component]) => component)) }
}

/** Tells the order that an apply would have now, if the run is to explain it. */
export async function tellOrder(
  scene: Scene,
  { explains, emit }: Pick<RunRequest, 'explains' | 'emit'>,
): Promise<void> {
  if (!explains) return
  const cells = changesByCell(scene.survey.prepared.topology.cells, scene.compared.plans)
  for (const [cell, plans] of cells) emit(orderEvent(cell, (await orderIn(scene, cell, plans)).steps))
}

/** Errors for changes that wait for each other. There are none unless the rules have a fault. */
export function circleProblems(hosts: readonly HostPlan[]): readonly Problem[] {
  return [...changesByCell([], hosts)].flatMap(([cell, plans]) => {
    const circle = circleOf(plans)
    return circle.length === 0 ? [] : [circleProblem(cell, circle)]
  })
}

type Named = { readonly plan: Pick<InstancePlan, 'component' | 'instance'> }

export function circleProblem(cell: string, circle: readonly Edge<Named>[]): Problem {
  const names = (changes: readonly Named[]) =>
    changes.map(({ plan }) => `${plan.component} on ${plan.instance.host}`).join(', ')
  const lines = circle.map(
    ({ before, after, because }) => `${names(before)} before ${names(after)}: ${because}`,
  )
  return error(`cell ${cell}: the changes wait for each other`, {
    detail: `No order of change satisfies all of these rules:\n${lines.join('\n')}`,
    remedy: 'Report this message as a bug of promha. Nothing was changed.',
  })
}
