/** The one place that knows exit codes. Where several results apply, the one that stands first here counts. */
import type { Document } from '../../report/format/document.ts'
import type { CommandOutcome, Result } from '../../report/outcome.ts'

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

type Found = 'hosts' | 'checks' | 'addresses' | 'status' | 'artifacts' | 'programs' | 'problems'

/** What a command found; it leaves out what it has not. */
export interface CommandFinding extends Partial<Pick<CommandOutcome, Found>> {
  readonly interrupted?: boolean
  /** What it was thrown out by, where that is more than a wrong request: another run's lock, a host that failed. */
  readonly thrown?: 'locked' | 'failed'
}

/** What a command came to. `changed` counts the changes made: after the first one nothing is a mere refusal any more. */
export function resultOf(finding: CommandFinding, changed: number): Result {
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
