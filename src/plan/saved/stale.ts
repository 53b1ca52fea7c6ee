/** Whether a saved plan is still the plan of this moment, and if not, what changed since. Pure. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import type { HostStatus } from '../model.ts'
import { savedPlanProblem } from './messages.ts'
import type { SavedComponent, SavedHost, SavedPlan } from './saved.ts'

/** Why the saved plan cannot be carried out as it is; `now`: the plan of this moment, saved in the same way. */
export function stalePlanProblems(saved: SavedPlan, now: SavedPlan): readonly Problem[] {
  const other = selectionProblems(saved, now)
  if (other.length > 0) return other
  return now.hosts.flatMap(host => {
    const then = saved.hosts.find(candidate => candidate.host === host.host)
    if (then) return hostProblems(then, host)
    return [savedPlanProblem.hostMissing({ host: host.host }, host.host)]
  })
}

function selectionProblems(saved: SavedPlan, now: SavedPlan): readonly Problem[] {
  const parts = [
    ['hosts', saved.selection.hosts, now.selection.hosts],
    ['components', saved.selection.components, now.selection.components],
  ] as const
  return parts.flatMap(([what, then, here]) =>
    then.join() === here.join() ? [] : [savedPlanProblem.otherSelection({}, what, then, here)],
  )
}

/** Neither of these says what is on a host. */
const unseen: Readonly<Partial<Record<HostStatus, string>>> = {
  unreachable: 'was not reached',
  failed: 'could not be changed or looked at',
}

function hostProblems(then: SavedHost, now: SavedHost): readonly Problem[] {
  const { host } = now
  const [whyThen, whyNow] = [unseen[then.status], unseen[now.status]]
  if (whyThen !== undefined) return [savedPlanProblem.hostNotPlanned({ host }, host, whyThen)]
  if (whyNow !== undefined) return [savedPlanProblem.hostNotCompared({ host }, host, whyNow)]
  const components = new Set([...then.components, ...now.components].map(({ component }) => component))
  return [...components].flatMap(component => {
    const of = ({ components: found }: SavedHost) => found.find(each => each.component === component)
    return componentProblem(host, component, of(then), of(now)) ?? []
  })
}

function componentProblem(
  host: string,
  component: Component,
  then: SavedComponent | undefined,
  now: SavedComponent | undefined,
): Problem | undefined {
  const detail = deviation(then?.changes ?? [], now?.changes ?? [])
  if (then?.desired !== now?.desired)
    return savedPlanProblem.inventoryChanged({ host }, component, host, detail)
  if (then?.observed !== now?.observed) return savedPlanProblem.hostChanged({ host }, component, host, detail)
  return detail === same ? undefined : savedPlanProblem.stepsChanged({ host }, component, host, detail)
}

const same = 'The steps would be the same.'

function deviation(then: SavedComponent['changes'], now: SavedComponent['changes']): string {
  const step = ({ action, resource }: SavedComponent['changes'][number]) => `${action} ${resource}`
  const [before, after] = [then.map(step), now.map(step)]
  const more = after.filter(one => !before.includes(one))
  const less = before.filter(one => !after.includes(one))
  const lines = [
    ...(more.length > 0 ? [`To do now and not in the plan: ${more.join(', ')}.`] : []),
    ...(less.length > 0 ? [`In the plan and not to do now: ${less.join(', ')}.`] : []),
  ]
  return lines.length > 0 ? lines.join('\n') : same
}
