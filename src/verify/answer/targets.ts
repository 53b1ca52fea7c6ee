/** What a replica says of its targets. */
import { grouped, remembered } from '../../diagnostic/grouped.ts'
import type { Target } from './answers.ts'
import { brief } from './text.ts'

/** The first target of a job with that label; undefined where there is none. */
export function targetAt(active: readonly Target[], job: string, instance: string): Target | undefined {
  return indexOf(active).byInstance.get(keyOf(job, instance))?.[0]
}

/** All targets of a job with that address before relabelling. */
export function targetsAtAddress(active: readonly Target[], job: string, address: string): readonly Target[] {
  return indexOf(active).byAddress.get(keyOf(job, address)) ?? []
}

interface Index {
  readonly byInstance: ReadonlyMap<string, readonly Target[]>
  /** By the address before relabelling. */
  readonly byAddress: ReadonlyMap<string, readonly Target[]>
}

const indices = new WeakMap<readonly Target[], Index>()

/** Made once for each list: it is searched for every target of the cell, and a host may answer with any number. */
function indexOf(active: readonly Target[]): Index {
  return remembered(indices, active, () => ({
    byInstance: grouped(active, ({ scrapePool, labels }) => keyOf(scrapePool, labels.instance ?? '')),
    byAddress: grouped(active, ({ scrapePool, discoveredLabels }) =>
      keyOf(scrapePool, discoveredLabels.__address__ ?? ''),
    ),
  }))
}

function keyOf(job: string, name: string): string {
  return `${job}\n${name}`
}

export function downReason({ health, lastError }: Target): string {
  return health === 'unknown' ? lastError || 'not scraped yet' : brief(lastError)
}
