/** Keeps one of each pair serving: what would interrupt the last one is refused, and looked at again before each step. */

import { isReleased, knownDefinition } from '../../roles/index.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { InstancePlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import { cellNamed } from '../topology/named.ts'
import { standbysOf } from '../topology/standby.ts'
import { activeHosts } from './active.ts'
import type { RunRequest } from './api.ts'
import { type Scene, type Standing, standings } from './standing.ts'
import type { Compared, Survey } from './survey.ts'
import { rankIn, stepsOf } from './waves.ts'

/** It would stop serving for a while, or for good. A start or a reload never does. */
export function interrupts({ instance, changes }: InstancePlan): boolean {
  if (!instance.oneByOne) return false
  const service = resourceId(instance.service)
  return changes.some(({ resource, action }) => resource === service && /^(restart|stop)$/.test(action))
}

/**
 * The steps of one component of one cell that would interrupt the only member that serves, if each step before does
 * what it should. `serving`: hosts on which a member serves now.
 */
export function interruptions(
  plans: readonly InstancePlan[],
  serving: ReadonlySet<string>,
): readonly InstancePlan[] {
  const up = new Set(serving)
  const found: InstancePlan[] = []
  for (const plan of plans) {
    const { host, retired } = plan.instance
    if (interrupts(plan) && up.has(host) && up.size === 1) found.push(plan)
    if (retired) up.delete(host)
    else if (plan.changes.some(({ action }) => action === 'start' || action === 'restart')) up.add(host)
  }
  return found
}

/**
 * Errors for what the plans would interrupt without another member that serves, asked now. With `allowOutage` they
 * are told as warnings, and none is returned.
 */
export async function outageProblems(
  survey: Pick<Survey, 'prepared' | 'ahead'>,
  compared: Pick<Compared, 'plans' | 'sessions'>,
  request: Pick<RunRequest, 'allowOutage' | 'emit'>,
): Promise<readonly Problem[]> {
  const scene: Scene = { survey, compared }
  const plans = compared.plans
    .filter(plan => plan.status === 'differs')
    .flatMap(plan => plan.instances)
    .filter(plan => plan.changes.length > 0)
  const groups = new Map<string, InstancePlan[]>()
  for (const plan of plans) {
    const key = JSON.stringify([plan.instance.cell, plan.component])
    groups.set(key, [...(groups.get(key) ?? []), plan])
  }
  const problems = await Promise.all(
    [...groups.values()]
      .filter(group => group.some(interrupts))
      .map(group => problemsOf(scene, group, request.allowOutage)),
  )
  if (!request.allowOutage) return problems.flat()
  for (const problem of problems.flat()) request.emit({ type: 'problem', problem })
  return []
}

async function problemsOf(
  scene: Scene,
  plans: readonly InstancePlan[],
  allowed: boolean,
): Promise<readonly Problem[]> {
  const first = plans[0]
  if (first === undefined) return []
  const { cell, component } = first.instance
  if (!isCountedOn(scene, first)) return []
  const seen = await standings(scene, cell, component)
  const own = cellNamed(scene.survey.prepared.topology, cell)
  const rank = rankIn(own, await activeHosts(scene, cell, [component]))
  const serves = servesBy(seen)
  const order = stepsOf(plans, { rank, serves: ({ host }) => serves(host) }).flatMap(step => step.plans)
  const serving = new Set([...seen.keys()].filter(serves))
  return interruptions(order, serving).map(plan => outage(plan, seen, allowed))
}

/** Whether a host's member serves, where nothing could be learnt of it taken for one that does not. */
export function servesBy(seen: ReadonlyMap<string, Standing>): (host: string) => boolean {
  return host => seen.get(host)?.state === 'serves'
}

/** The problem where this step would interrupt the only one that serves at this very moment. */
export async function outageNow(scene: Scene, plan: InstancePlan): Promise<Problem | undefined> {
  if (!interrupts(plan) || !isCountedOn(scene, plan)) return undefined
  const { cell, component, host } = plan.instance
  const seen = await standings(scene, cell, component)
  const serving = [...seen.keys()].filter(servesBy(seen))
  return serving.length === 1 && serving[0] === host ? outage(plan, seen, false) : undefined
}

/**
 * Whether somebody counts on one that serves. A cell is there for its Prometheus and its Alertmanager, even where it has
 * one only; a single prober is an exporter like others. Addresses and proxies stand before something else: where the
 * cell has done without them, the last one may go too.
 */
function isCountedOn({ survey }: Scene, { component, instance }: InstancePlan): boolean {
  if (knownDefinition(component)?.essential) return true
  const cell = cellNamed(survey.prepared.topology, instance.cell)
  const wanted = cell === undefined ? 0 : standbysOf(cell, component).length
  return wanted > (isReleased(component) ? 1 : 0)
}

function outage(
  { instance, component }: InstancePlan,
  seen: ReadonlyMap<string, Standing>,
  allowed: boolean,
): Problem {
  const { host, cell } = instance
  const noun = knownDefinition(component)?.noun ?? component
  const others = [...seen].filter(([name]) => name !== host)
  const names = others.map(([name]) => name).join(', ')
  const told = {
    host,
    resource: resourceId(instance.service),
    detail:
      others.length === 0
        ? `The cell has no other ${noun}.`
        : others.map(([name, { said }]) => `${component} on ${name}, ${said}`).join('\n'),
  }
  const verb = instance.retired ? 'stopped' : 'restarted'
  if (allowed)
    return warning(
      `${component} is ${verb} although it is the only ${noun} of cell ${cell} that serves`,
      told,
    )
  const first = others.length === 0 ? `name a second ${noun}` : `bring ${names} back`
  return error(`${component} would be ${verb}, and no other ${noun} of cell ${cell} serves now`, {
    ...told,
    remedy: `${first}, then run the command again; or insist with --allow-outage`,
  })
}
