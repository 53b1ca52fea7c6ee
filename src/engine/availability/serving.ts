/** Keeps one of each pair serving: what would interrupt the last one is refused, and looked at again before each step. */
import { isReleased, knownDefinition } from '../../../roles/index.ts'
import { grouped } from '../../diagnostic/grouped.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { isData } from '../../plan/owned/owned.ts'
import { atInstance, resourceId } from '../../resource/model.ts'
import { cellNamed } from '../../topology/member/members.ts'
import { redundantMembers } from '../../topology/member/redundant.ts'
import type { RunContext } from '../context.ts'
import { changingPlans } from '../host-run.ts'
import { memberProblem } from '../messages.ts'
import { rankIn, stepsOf } from '../order/steps.ts'
import { activeHosts } from './active.ts'
import { type ServingState, servingStates } from './serving-state.ts'

/** It would stop serving for a while, or for good. A start or a reload never does. */
export function interrupts({ instance, changes }: InstancePlan): boolean {
  if (!instance.oneByOne) return false
  const service = resourceId(instance.service)
  return changes.some(({ resource, action }) => resource === service && /^(restart|stop)$/.test(action))
}

/**
 * Steps of one component of a cell that would leave too few members that serve. `serving`: hosts with one that does. `needed`: how many
 * have to.
 */
export function interruptions(
  plans: readonly InstancePlan[],
  serving: ReadonlySet<string>,
  needed = 1,
): readonly InstancePlan[] {
  const up = new Set(serving)
  const found: InstancePlan[] = []
  for (const plan of plans) {
    const { host, retired } = plan.instance
    if (interrupts(plan) && up.has(host) && up.size <= needed) found.push(plan)
    if (retired) up.delete(host)
    else if (plan.changes.some(({ action }) => action === 'start' || action === 'restart')) up.add(host)
  }
  return found
}

/** Errors for what the plans would interrupt without another member that serves; with `allowOutage` they are only told. */
export async function outageProblems(context: RunContext): Promise<readonly Problem[]> {
  const { allowOutage, emit } = context.request
  const groups = grouped(changingPlans(context.hosts), plan =>
    JSON.stringify([plan.instance.cell, plan.component]),
  )
  const interrupting = [...groups.values()].filter(group => group.some(interrupts))
  const found = interrupting.map(group => problemsOf(context, group, allowOutage))
  const problems = (await Promise.all(found)).flat()
  if (!allowOutage) return problems
  for (const problem of problems) emit({ type: 'problem', problem })
  return []
}

async function problemsOf(
  context: RunContext,
  plans: readonly InstancePlan[],
  allowed: boolean,
): Promise<readonly Problem[]> {
  const first = plans[0]
  if (first === undefined) return []
  const { cell, component } = first.instance
  if (!isCountedOn(context, first)) return []
  const seen = await servingStates(context, cell, component)
  const own = cellNamed(context.prepared.topology, cell)
  const active = await activeHosts(context, cell, [component])
  const serves = servesBy(seen)
  const steps = stepsOf(plans, { rank: rankIn(own), active, serves: ({ host }) => serves(host) })
  const order = steps.flatMap(step => step.plans)
  const serving = new Set([...seen.keys()].filter(serves))
  const needed = neededIn(context, first)
  return interruptions(order, serving, needed).map(plan => outage(context, plan, seen, { needed, allowed }))
}

/** Whether a host's member serves, where nothing could be learnt of it taken for one that does not. */
export function servesBy(seen: ReadonlyMap<string, ServingState>): (host: string) => boolean {
  return host => seen.get(host)?.state === 'serves'
}

/** The problem where this step would interrupt the only one that serves at this very moment. */
export async function outageNow(context: RunContext, plan: InstancePlan): Promise<Problem | undefined> {
  if (!interrupts(plan) || !isCountedOn(context, plan)) return undefined
  const { cell, component, host } = plan.instance
  const seen = await servingStates(context, cell, component)
  const serving = [...seen.keys()].filter(servesBy(seen))
  const needed = neededIn(context, plan)
  const isTooFew = serving.includes(host) && serving.length <= needed
  return isTooFew ? outage(context, plan, seen, { needed, allowed: false }) : undefined
}

/** A cell exists for its essential components. An address or a proxy counts if members stand in for each other, an exporter never. */
function isCountedOn({ prepared }: RunContext, { component, instance }: InstancePlan): boolean {
  if (knownDefinition(component)?.essential) return true
  const cell = cellNamed(prepared.topology, instance.cell)
  const wanted = cell === undefined ? 0 : redundantMembers(cell, component).length
  return wanted > (isReleased(component) ? 1 : 0)
}

/** How many members have to serve: one, unless a store needs more to have all samples. */
function neededIn({ prepared }: RunContext, { component, instance }: InstancePlan): number {
  const own = cellNamed(prepared.topology, instance.cell)?.stores.find(one => one.component === component)
  return own?.spare === undefined ? 1 : Math.max(1, own.members.length - own.spare)
}

interface Wanted {
  readonly needed: number
  readonly allowed: boolean
}

/** That nothing of it would be left, if the inventory has none any more. What the hosts keep of it is told. */
function departure(
  { hosts, prepared }: RunContext,
  { instance, component }: InstancePlan,
  of: readonly string[],
  allowed: boolean,
): Problem | undefined {
  const own = cellNamed(prepared.topology, instance.cell)
  if (!instance.retired || (own && redundantMembers(own, component).length > 0)) return undefined
  const kept = of.flatMap(host => {
    const owned = hosts.get(host)?.session.observed?.records.get(component)?.owned ?? []
    return owned.filter(isData).map(({ name }) => `${name} on ${host}`)
  })
  const the = {
    ...{ component, noun: knownDefinition(component)?.noun ?? component, cell: instance.cell },
    detail: [
      `It leaves ${of.join(' and ')}.`,
      ...(kept.length > 0 ? [`Its data stays: ${kept.join(', ')}.`] : []),
    ].join('\n'),
  }
  const where = atInstance(instance)
  return allowed ? memberProblem.allLeaveAccepted(where, the) : memberProblem.allLeave(where, the)
}

function outage(
  context: RunContext,
  plan: InstancePlan,
  seen: ReadonlyMap<string, ServingState>,
  { needed, allowed }: Wanted,
): Problem {
  const { instance, component } = plan
  const leaves = departure(context, plan, [...seen.keys()], allowed)
  if (leaves) return leaves
  const { host, cell } = instance
  const noun = knownDefinition(component)?.noun ?? component
  const others = [...seen].filter(([name]) => name !== host)
  const where = atInstance(instance)
  const detail =
    others.length === 0
      ? `The cell has no other ${noun}.`
      : others.map(([name, { said }]) => `${component} on ${name}, ${said}`).join('\n')
  const the = { component, verb: instance.retired ? 'stopped' : 'restarted', noun, cell, detail }
  const names = others.map(([name]) => name)
  if (needed > 1) {
    const away = others.filter(([, { state }]) => state !== 'serves').map(([name]) => name)
    const count = { needed, serving: others.length - away.length }
    return allowed
      ? memberProblem.tooFewServeAccepted(where, the, count)
      : memberProblem.tooFewServe(where, the, away, count)
  }
  return allowed ? memberProblem.outageAccepted(where, the) : memberProblem.outage(where, the, names)
}
