/** Components that are not installed on a host, so that verify cannot check them there. */

import { few } from '../diagnostic/few.ts'
import { type Problem, warning } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import type { HostSession } from './hosts.ts'

/** A component that is not on a host. */
export interface Missing {
  readonly host: string
  readonly component: Component
}

/**
 * What had no unit before the run, and has neither passed its gate nor runs now. What could not be looked at before is
 * not known to be missing.
 */
export function notInstalled(
  before: readonly HostSession[],
  now: readonly HostSession[],
): readonly Missing[] {
  return now.flatMap(({ host: { name }, instances, observed }) => {
    const first = before.find(session => session.host.name === name)?.observed
    return instances
      .filter(({ component, retired, service: { unit } }) => {
        if (retired || first?.units.get(unit)?.load !== 'not-found') return false
        return !observed?.stamps.has(component) && observed?.units.get(unit)?.active !== 'active'
      })
      .map(({ component }) => ({ host: name, component }))
  })
}

/** What has no unit now. What could not be looked at is not known to be missing. */
export function absent(sessions: readonly HostSession[]): readonly Missing[] {
  return sessions.flatMap(({ host, instances, observed }) =>
    instances
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
    return `${component} on ${few(hosts)}`
  })
  return warning(`not checked, because the run failed before it was installed: ${named.join('; ')}`, {
    remedy: 'Run `promha apply` again to install and check what is missing.',
  })
}
