/** What is taken away from whom, in which order. */
import { type Outage, stopped } from './faults.ts'
import { replicas } from './site.ts'
import type { BuiltProgram, StoreSite } from './sites/definition.ts'

export interface StoreCase {
  readonly site: StoreSite
  readonly name: string
  readonly outage: Outage
}

const pair = 'prometheus'

/** Upgrades come last, since nothing takes them back. */
export function casesOf(site: StoreSite): readonly StoreCase[] {
  const upgrades = Object.entries({ [pair]: { program: pair }, ...site.upgrades })
  const all = [
    ...replicas.map(host => stopped(`replica ${host}`, pair, host)),
    ...site.outages,
    ...upgrades.map(([component, built]) => ({
      name: component === pair ? 'replicas upgraded' : `${site.components[component] ?? component} upgraded`,
      outage: { kind: 'upgraded', component, ...built } as const,
    })),
  ]
  return all.map(one => ({ site, ...one }))
}

/** As `--list` and `--only` have it. */
export function titleOf({ site, name }: StoreCase): string {
  return `${site.name}: ${name}`
}

/** How often a case can be played in one run. */
export function timesOf({ outage }: StoreCase, times: number): number {
  return outage.kind === 'upgraded' ? 1 : times
}

/** The programs that have to be built for some cases, each once. */
export function programsOf(cases: readonly StoreCase[]): readonly string[] {
  const needed = cases.flatMap(({ site, outage }): readonly BuiltProgram[] => [
    ...Object.values(site.built ?? {}),
    ...(outage.kind === 'upgraded' ? [outage] : []),
  ])
  const beside = cases.flatMap(({ site }) => site.beside ?? [])
  return [...new Set([...needed.map(({ program }) => program), ...beside])]
}
