/** Which run was the last on some hosts, and what it changed there. Pure. */
import type { Component } from '../../inventory/model.ts'
import type { Observed, StateRecord } from '../../resource/observed.ts'
import { isChosen } from '../chosen.ts'

export interface LastRunScope {
  readonly host: string
  readonly component: Component
  readonly stamp: StateRecord
}

export interface Choice {
  readonly components: ReadonlySet<Component>
  /** Stamps of other cells are another inventory's affair. */
  readonly cells: ReadonlySet<string>
}

/** Everything that promha runs on the hosts, as far as it is chosen. */
export function recordsOf(
  hosts: readonly { readonly host: string; readonly observed: Observed }[],
  { components, cells }: Choice,
): readonly LastRunScope[] {
  return hosts.flatMap(({ host, observed }) =>
    [...observed.records]
      .filter(([component, stamp]) => isChosen(components, component) && cells.has(stamp.cell))
      .map(([component, stamp]) => ({ host, component, stamp })),
  )
}

/** The newest run, by when hosts last confirmed something of it: servers' clocks differ less than those of who runs promha. */
export function newestRun(chosen: readonly LastRunScope[]): string | undefined {
  const last = new Map<string, number>()
  for (const { stamp } of chosen)
    if (stamp.run !== '') last.set(stamp.run, Math.max(stamp.time, last.get(stamp.run) ?? 0))
  const [newest] = [...last].sort(([one, at], [other, then]) => then - at || startOf(other) - startOf(one))
  return newest?.[0]
}

/** A run is `EPOCHMILLISECONDS-NONCE`. */
function startOf(run: string): number {
  return Number.parseInt(run, 10)
}
