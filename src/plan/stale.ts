/** Whether a saved plan is still the plan of this moment, and if not, what changed since. Pure. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import type { HostStatus } from './model.ts'
import type { SavedComponent, SavedHost, SavedPlan } from './saved.ts'

/** Why the saved plan cannot be carried out as it is; `now`: the plan of this moment, saved in the same way. */
export function stalePlanProblems(saved: SavedPlan, now: SavedPlan): readonly Problem[] {
  const other = selectionProblems(saved, now)
  if (other.length > 0) return other
  return now.hosts.flatMap(host => {
    const then = saved.hosts.find(candidate => candidate.host === host.host)
    if (then) return hostProblems(then, host)
    return [error(`${host.host} is not in the plan`, { host: host.host, remedy: anew })]
  })
}

const anew = 'make a new plan with `promha plan --out`, look at it, then apply that one'

function selectionProblems(saved: SavedPlan, now: SavedPlan): readonly Problem[] {
  const parts = [
    ['hosts', saved.selection.hosts, now.selection.hosts],
    ['components', saved.selection.components, now.selection.components],
  ] as const
  return parts.flatMap(([what, then, here]) =>
    then.join() === here.join()
      ? []
      : [
          error(`the plan is one for other ${what}`, {
            detail: `It was made for ${then.join(', ')}; meant now: ${here.join(', ')}.`,
            remedy: `give the same --limit, --only and --skip as to the plan, or ${anew}`,
          }),
        ],
  )
}

/** Neither of these says what is on a host. */
const unseen: Readonly<Partial<Record<HostStatus, string>>> = {
  unreachable: 'was not reached',
  failed: 'could not be changed or looked at',
}

function hostProblems(then: SavedHost, now: SavedHost): readonly Problem[] {
  const { host } = now
  if (then.status in unseen) {
    const why = unseen[then.status]
    return [error(`${host} is not in the plan: it ${why} when the plan was made`, { host, remedy: anew })]
  }
  if (now.status in unseen) {
    const remedy = 'Fix what is reported for it, then run `promha apply --plan` again.'
    return [error(`${host} cannot be compared with the plan: it ${unseen[now.status]}`, { host, remedy })]
  }
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
  const problem = (summary: string) =>
    error(summary, { host, detail: deviation(then?.changes ?? [], now?.changes ?? []), remedy: anew })
  if (then?.desired !== now?.desired)
    return problem(
      `the inventory changed since the plan was made: it wants something else of ${component} on ${host}`,
    )
  if (then?.observed !== now?.observed)
    return problem(`${host} changed since the plan was made: its ${component} is not as it was`)
  return deviation(then?.changes ?? [], now?.changes ?? []) === same
    ? undefined
    : problem(`the plan for ${component} on ${host} is another one now`)
}

const same = 'The steps would be the same.'

function deviation(then: SavedComponent['changes'], now: SavedComponent['changes']): string {
  const step = ({ action, resource }: SavedComponent['changes'][number]) => `${action} ${resource}`
  const before = then.map(step)
  const after = now.map(step)
  const more = after.filter(one => !before.includes(one))
  const less = before.filter(one => !after.includes(one))
  const lines = [
    more.length > 0 ? `To do now and not in the plan: ${more.join(', ')}.` : '',
    less.length > 0 ? `In the plan and not to do now: ${less.join(', ')}.` : '',
  ].filter(line => line !== '')
  return lines.length > 0 ? lines.join('\n') : same
}
