/** The one place that knows exit codes. Where several results apply, the one that stands first here counts. */

import type { ListedArtifact } from '../artifact/fetch-all.ts'
import type { Problem } from '../diagnostic/problem.ts'
import type { LocalProgramRow } from '../engine/local-program.ts'
import type { Document, Result } from '../report/document.ts'
import type { HostOutcome } from '../report/outcome.ts'
import type { Check, StatusRow } from '../verify/model.ts'

const codes: Readonly<Record<Document['result'], number>> = {
  interrupted: 130,
  locked: 5,
  refused: 1,
  failed: 3,
  'rolled-back': 3,
  unverified: 4,
  differs: 2,
  changed: 0,
  ok: 0,
}

export function exitCode(result: Result): number {
  return codes[result]
}

/** What a command found; it leaves out what it has not. */
export interface Finding {
  readonly hosts?: readonly HostOutcome[]
  readonly checks?: readonly Check[]
  readonly status?: readonly StatusRow[]
  readonly artifacts?: readonly ListedArtifact[]
  readonly programs?: readonly LocalProgramRow[]
  /** Those that belong to no host. */
  readonly problems?: readonly Problem[]
  readonly interrupted?: boolean
  /** What it was thrown out by, where that is more than a wrong request: another run's lock, a host that failed. */
  readonly thrown?: 'locked' | 'failed'
}

/**
 * The result of a command that came to its end, or was `thrown` out of it. `changed` counts the changes made
 * until then: after the first one nothing is a mere refusal any more.
 */
export function resultOf(finding: Finding, changed: number): Result {
  const { hosts = [], checks = [], status = [], problems = [], interrupted = false, thrown } = finding
  const any = (...words: readonly string[]) => hosts.some(host => words.includes(host.status))
  if (interrupted) return 'interrupted'
  if (thrown !== undefined) return thrown
  if (problems.some(problem => problem.severity === 'error')) return changed === 0 ? 'refused' : 'failed'
  if (any('unreachable', 'failed') || status.some(row => row.health === 'unreachable')) return 'failed'
  if (any('rolled-back')) return 'rolled-back'
  if (any('skipped')) return 'failed'
  if (checks.some(check => check.status === 'fail')) return 'unverified'
  if (any('differs')) return 'differs'
  return any('changed') ? 'changed' : 'ok'
}
