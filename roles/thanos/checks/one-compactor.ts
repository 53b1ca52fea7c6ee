/** Is there one compactor in a cell, on the host that the inventory names? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import type { RunningProcess } from '../../../src/shell/host/running.ts'
import { runningScript } from '../../../src/shell/host/running.ts'
import { type CheckDefinition, defineCheck } from '../../../src/verify/answer/view.ts'
import { type HostAsk, hostQuestion } from '../../../src/verify/ask/question.ts'

/** Every compactor that runs on a host, also one that promha did not start. */
export const runningCompactors: HostAsk<readonly RunningProcess[]> = {
  name: 'compactors',
  script: runningScript('thanos', 'compact'),
  unanswered: { reason: 'failed', why: 'its processes could not be listed' },
}

/** `thanos.one_compactor`: neither the bucket nor a compactor itself shows that there is another one. */
export function oneCompactor(
  cell: string,
  hosts: readonly string[],
  wanted: string | undefined,
): CheckDefinition {
  const needs = { running: hosts.map(host => hostQuestion(host, runningCompactors)) }
  return defineCheck('thanos.one_compactor', cell, needs, ({ running }) => {
    const found = running.flatMap(({ host, answer }) => answer.map(({ pid, unit }) => ({ host, pid, unit })))
    const others = found.filter(({ host }) => host !== wanted)
    const said = found.map(({ host, pid, unit }) => `process ${pid} on ${host}${unit ? ` (${unit})` : ''}`)
    if (found.length > 1)
      return {
        status: 'fail',
        detail: `${found.length} compactors run: ${listFirst(said)}. They destroy the blocks of their bucket if it is the same one`,
        remedy: `Stop all but the one on ${wanted ?? 'the host that is meant'} at once: \`systemctl disable --now UNIT\` on its host.`,
      }
    if (others.length > 0)
      return {
        status: 'fail',
        detail: `the compactor is ${listFirst(said)}, and is to run on ${wanted ?? 'no host'}`,
        remedy: 'Stop it there, then run `promha apply`.',
      }
    if (found.length === 0 && wanted !== undefined)
      return {
        status: 'fail',
        detail: `no compactor runs on ${wanted}`,
        remedy: `See \`journalctl -u thanos_compactor\` on ${wanted}.`,
      }
    return {
      status: 'pass',
      detail: `one on ${wanted ?? 'no host'}, none on ${hosts.length - 1} other hosts`,
    }
  })
}
