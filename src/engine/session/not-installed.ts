/** Components that are not installed on a host, so that verify cannot check them there. */
import { listFirst } from '../../diagnostic/list-first.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import { runs } from '../../resource/unit-state.ts'
import type { HostRuns } from '../host-run.ts'
import { sessionProblem } from './messages.ts'

/** A component that is not on a host. */
export interface Missing {
  readonly host: string
  readonly component: Component
}

/** What had no unit before the run, and neither passed its gate nor runs now; of a host that was not looked at, nothing. */
export function notInstalled(before: HostRuns, now: HostRuns): readonly Missing[] {
  return [...now].flatMap(([name, { desired, session }]) => {
    const first = before.get(name)?.session.observed
    return desired
      .filter(({ component, retired, service: { unit } }) => {
        if (retired || first?.units.get(unit)?.load !== 'not-found') return false
        return !session.observed?.records.has(component) && !runs(session.observed?.units.get(unit)?.active)
      })
      .map(({ component }) => ({ host: name, component }))
  })
}

/** What has no unit now. What could not be looked at is not known to be missing. */
export function withoutUnit(hosts: HostRuns): readonly Missing[] {
  return [...hosts.values()].flatMap(({ host, desired, session: { observed } }) =>
    desired
      .filter(({ service: { unit } }) => observed?.units.get(unit)?.load === 'not-found')
      .map(({ component }) => ({ host: host.name, component })),
  )
}

/** One line about all of them; undefined if there are none. */
export function notChecked(missing: readonly Missing[]): Problem | undefined {
  if (missing.length === 0) return undefined
  const components = [...new Set(missing.map(({ component }) => component))]
  const named = components.map(component => {
    const hosts = missing.filter(one => one.component === component).map(({ host }) => host)
    return `${component} on ${listFirst(hosts)}`
  })
  return sessionProblem.notInstalled({}, named)
}
