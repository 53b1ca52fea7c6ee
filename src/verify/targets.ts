/** What a replica says of its targets. */
import { data, type Target } from './answers.ts'
import { brief } from './text.ts'

export function targetsOf(body: unknown): readonly Target[] {
  return data<{ activeTargets: readonly Target[] }>(body).activeTargets
}

/** The first target of a job with that label; undefined where there is none. */
export function targetAt(active: readonly Target[], job: string, instance: string): Target | undefined {
  return indexOf(active).byInstance.get(keyOf(job, instance))
}

/** All targets of a job with that address before relabelling. */
export function targetsAtAddress(active: readonly Target[], job: string, address: string): readonly Target[] {
  return indexOf(active).byAddress.get(keyOf(job, address)) ?? []
}

interface Index {
  readonly byInstance: ReadonlyMap<string, Target>
  /** By the address before relabelling. */
  readonly byAddress: ReadonlyMap<string, readonly Target[]>
}

const indices = new WeakMap<readonly Target[], Index>()

/** Made once for each list: it is searched for every target of the cell, and a host may answer with any number. */
function indexOf(active: readonly Target[]): Index {
  const known = indices.get(active)
  if (known) return known
  const byInstance = new Map<string, Target>()
  const byAddress = new Map<string, Target[]>()
  for (const target of active) {
    const key = keyOf(target.scrapePool, target.labels.instance ?? '')
    if (!byInstance.has(key)) byInstance.set(key, target)
    const address = keyOf(target.scrapePool, target.discoveredLabels.__address__ ?? '')
    const same = byAddress.get(address)
    if (same) same.push(target)
    else byAddress.set(address, [target])
  }
  indices.set(active, { byInstance, byAddress })
  return { byInstance, byAddress }
}

function keyOf(job: string, name: string): string {
  return `${job}\n${name}`
}

export function reason({ health, lastError }: Target): string {
  return health === 'unknown' ? lastError || 'not scraped yet' : brief(lastError)
}
