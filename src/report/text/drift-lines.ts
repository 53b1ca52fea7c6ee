/** What `promha drift` prints: a plan for machines. */
import type { HostOutcome } from '../../engine/api.ts'
import { changesOf } from '../outcome.ts'

/** `HOST RESOURCE ACTION REASON`, a line a difference, in the plan's order; a blank in a resource's name is written `%20`. */
export function driftLines(hosts: readonly HostOutcome[]): string {
  return hosts
    .flatMap(host =>
      changesOf(host).map(({ resource, action, reason }) =>
        [host.host, word(resource), action, reason.replaceAll(/\s+/g, ' ').trim()].join(' '),
      ),
    )
    .join('\n')
}

function word(text: string): string {
  return text.replaceAll(/[\s%]/g, encodeURIComponent)
}
