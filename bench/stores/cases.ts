/** What is taken away from whom, and for how long. */
import type { Outage } from './faults.ts'
import { nodes, replicas } from './site.ts'

export interface StoreCase {
  readonly store: string
  readonly name: string
  readonly outage: Outage
}

/** Seconds; long enough for every queue to fill up, and shorter than what the replicas' own logs hold. */
const away = 120

const [nodeA, nodeB] = nodes
const prometheus = 'prometheus'
const victoriametrics = 'victoriametrics'

/** Upgrades come last, since nothing takes them back. */
export const storeCases: readonly StoreCase[] = [
  ...replicas.map(
    (host): StoreCase => ({
      store: victoriametrics,
      name: `replica ${host} stopped`,
      outage: { kind: 'stopped', unit: prometheus, host, seconds: away },
    }),
  ),
  {
    store: victoriametrics,
    name: `store node ${nodeA} stopped`,
    outage: { kind: 'stopped', unit: victoriametrics, host: nodeA, seconds: away },
  },
  {
    store: victoriametrics,
    name: `store node ${nodeB} killed`,
    outage: { kind: 'killed', unit: victoriametrics, host: nodeB },
  },
  {
    store: victoriametrics,
    name: 'replicas upgraded',
    outage: { kind: 'upgraded', component: prometheus, program: 'prometheus' },
  },
  {
    store: victoriametrics,
    name: 'store upgraded',
    outage: { kind: 'upgraded', component: victoriametrics, program: 'victoriametrics' },
  },
]

/** How often a case can be played in one run. */
export function timesOf({ outage }: StoreCase, times: number): number {
  return outage.kind === 'upgraded' ? 1 : times
}
