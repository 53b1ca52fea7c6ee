/** A change of one component on one host, as far as its place among the others of its cell depends on it. */
import { knownDefinition } from '../../../roles/index.ts'
import { grouped } from '../../diagnostic/grouped.ts'
import type { Component } from '../../inventory/model.ts'

export interface PlacedChange {
  readonly host: string
  readonly component: Component
  /** It leaves its host; otherwise it stays there, or comes. */
  readonly leaves: boolean
  readonly starts: boolean
  readonly restarts: boolean
  /** It listens on a port of all addresses. */
  readonly listensEverywhere: boolean
}

/** The changes in `before` are made before those in `after`. */
export interface Edge<T> {
  readonly before: readonly T[]
  readonly after: readonly T[]
  /** A sentence in plain English. */
  readonly because: string
}

/**
 * What a change does for others beside its own purpose:
 * - `makesRoom`: a HAProxy releases a port that Prometheus takes, or a keepalived that leads to it leaves with it
 * - `takesOver`: it replaces a HAProxy that leaves to make room
 * - `clears`: a Prometheus leaves a host that HAProxy comes to
 * - `yields`: it leaves a host, and may come to another only then
 * - `handsOver`: a keepalived leaves its addresses to members that stay
 * - `waits`: a firewall only removes rules for what leaves its host
 */
export type Part = 'makesRoom' | 'takesOver' | 'clears' | 'yields' | 'handsOver' | 'waits' | 'usual'

/** The part of each change of a cell. */
export function partsOf<T extends PlacedChange>(all: readonly T[]): ReadonlyMap<T, Part> {
  const hosts = grouped(all, ({ host }) => host)
  const on = (host: string) => hosts.get(host) ?? []
  // A Prometheus of the host that is to listen on all addresses starts once HAProxy lets go of its own.
  const proxies = all.filter(
    one => one.component === 'haproxy' && !one.starts && on(one.host).some(takesPort),
  )
  const leaving = new Set(proxies.filter(one => one.leaves).map(one => one.host))
  // A keepalived runs and goes on to. It is told of members that come or leave, so it is among the changes.
  const stays = all.some(({ component, leaves, starts }) => component === 'keepalived' && !leaves && !starts)
  const starts = all.some(one => one.component !== 'firewall' && !one.leaves && one.starts)
  const partOf = (one: T): Part => {
    const { component, host, leaves } = one
    const others = on(host)
    if (proxies.includes(one) || (component === 'keepalived' && leaves && leaving.has(host)))
      return 'makesRoom'
    if (leaving.size > 0 && replacesProxy(one, others, stays)) return 'takesOver'
    if (
      component === 'prometheus' &&
      leaves &&
      others.some(other => other.component === 'haproxy' && !other.leaves)
    )
      return 'clears'
    if (leaves && isAlone(component)) return 'yields'
    if (component === 'keepalived' && leaves && stays) return 'handsOver'
    const waits = component === 'firewall' && !starts
    return waits && others.some(other => other.component !== 'firewall' && other.leaves) ? 'waits' : 'usual'
  }
  return new Map(all.map(one => [one, partOf(one)]))
}

export function takesPort({ component, starts, restarts, listensEverywhere }: PlacedChange): boolean {
  return component === 'prometheus' && (starts || restarts) && listensEverywhere
}

/** HAProxy, or its firewall or keepalived, comes to a host without Prometheus. A keepalived that stays is told first. */
function replacesProxy(one: PlacedChange, others: readonly PlacedChange[], stays: boolean): boolean {
  const belongs =
    ['haproxy', 'firewall'].includes(one.component) ||
    (one.component === 'keepalived' && one.starts && !stays)
  return (
    belongs &&
    !one.leaves &&
    others.some(other => other.component === 'haproxy' && other.starts) &&
    !others.some(other => other.component === 'prometheus')
  )
}

/** Whether there may never be two of it. */
function isAlone(component: Component): boolean {
  return knownDefinition(component)?.order.alone !== undefined
}
