/** Which Cortex is not used, and which step from one to another is refused. */

import type { Problem } from '../../src/diagnostic/problem.ts'
import type { VersionStep } from '../component.ts'
import { ringProblem } from '../ring/messages.ts'
import { isOlderMinor } from '../ring/versions.ts'

/** Earlier ones flood each other with gossip. */
const least = '1.21.1'

function floods(version: string): boolean {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.map(Number) ?? []
  if (major === undefined || minor === undefined || patch === undefined) return false
  return major < 1 || (major === 1 && (minor < 21 || (minor === 21 && patch < 1)))
}

/** Why the step is refused before anything is touched. */
export function cortexVersionProblems({ host, found, wanted }: VersionStep): readonly Problem[] {
  const where = { host, resource: 'program:/usr/local/bin/cortex' }
  if (floods(wanted)) return [ringProblem.floodsGossip(where, { label: 'cortex', wanted, least })]
  return found !== undefined && isOlderMinor(found, wanted)
    ? [ringProblem.olderMinor(where, { name: 'cortex', found, wanted })]
    : []
}
