/** Which step from one Mimir to another is refused. */
import type { Problem } from '../../src/diagnostic/problem.ts'
import type { VersionStep } from '../component.ts'
import { ringProblem } from '../ring/messages.ts'
import { isOlderMinor, minorOf } from '../ring/versions.ts'

/** Why the step is refused before anything is touched. */
export function mimirVersionProblems({ host, found, wanted }: VersionStep): readonly Problem[] {
  if (found === undefined) return []
  const where = { host, resource: 'program:/usr/local/bin/mimir' }
  if (isOlderMinor(found, wanted)) return [ringProblem.olderMinor(where, { name: 'mimir', found, wanted })]
  const [from, to] = [minorOf(found), minorOf(wanted)]
  if (from === undefined || to === undefined || !isBefore(from, [3, 1]) || isBefore(to, [3, 2])) return []
  // 3.2 reads from stores of blocks in a form that 3.1 is the first to know.
  return [ringProblem.skipsMinor(where, { name: 'mimir', found, wanted, through: '3.1' })]
}

function isBefore(one: readonly [number, number], other: readonly [number, number]): boolean {
  return one[0] < other[0] || (one[0] === other[0] && one[1] < other[1])
}
