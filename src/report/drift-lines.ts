/** What `promha drift` prints: a plan for machines. */
import { changesOf, type HostOutcome } from './outcome.ts'

/**
 * `HOST RESOURCE ACTION REASON`, a line a difference, in the plan's own order, which is the same in every run. Fields
 * are one space apart and only the last one may hold spaces; a blank within a resource's name is written as `%20`.
 */
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
