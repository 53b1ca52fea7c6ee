/** Which run was the last on some hosts, and what it changed there. Pure. */
import type { Component } from '../inventory/model.ts'
import type { Observed, Stamp } from '../resource/observed.ts'

export interface Chosen {
  readonly host: string
  readonly component: Component
  readonly stamp: Stamp
}

export interface Choice {
  readonly components: ReadonlySet<Component>
  /** Stamps of other cells are another inventory's affair. */
  readonly cells: ReadonlySet<string>
}

/** Everything that promha runs on the hosts, as far as it is chosen. */
export function stampsOf(
  hosts: readonly { readonly host: string; readonly observed: Observed }[],
  { components, cells }: Choice,
): readonly Chosen[] {
  return hosts.flatMap(({ host, observed }) =>
    [...observed.stamps]
      .filter(([component, stamp]) => components.has(component) && cells.has(stamp.cell))
      .map(([component, stamp]) => ({ host, component, stamp })),
  )
}

/** The newest run among them; undefined where there is none. */
export function newestRun(chosen: readonly Chosen[]): string | undefined {
  const runs = chosen.map(({ stamp }) => stamp.run).filter(run => run !== '')
  return runs.reduce<string | undefined>(
    (newest, run) => (newest === undefined || isLater(run, newest) ? run : newest),
    undefined,
  )
}

/** `EPOCHMILLISECONDS-NONCE`, by time. */
function isLater(run: string, than: string): boolean {
  const [a, b] = [Number.parseInt(run, 10), Number.parseInt(than, 10)]
  return a === b ? run > than : a > b
}
