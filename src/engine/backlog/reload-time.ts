/** How long a reload may take: Prometheus stops a queue that leaves or changes, and waits for what its sink does not take. */
import { milliseconds } from '../../inventory/value/duration.ts'
import { api } from '../../verify/answer/answers.ts'
import type { Get } from '../../verify/checks/facet.ts'
import { behindNow, lookAt } from './look.ts'

/** Milliseconds beside the waiting for sinks. */
const rest = 10_000
/** Prometheus' own. */
const usualDeadline = 60_000

/** Milliseconds; undefined if it writes to no sink, or does not say. The samples are waited for first, then the metadata. */
export async function reloadTime(get: Get): Promise<number | undefined> {
  try {
    const look = await lookAt(get)
    if (look.queues.length === 0) return undefined
    const flags = await get(api.flags)
    const deadline = milliseconds(flags['storage.remote.flush-deadline']) ?? usualDeadline
    return 2 * deadline * behindNow(look).length + rest
  } catch {
    // What does not answer is not known to write to any.
    return undefined
  }
}
