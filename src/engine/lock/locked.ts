/** Why the locks were not had: another run holds one, or a host cannot be locked at all. */
import { type Problem, ProblemError } from '../../diagnostic/problem.ts'
import type { LockHolder } from '../../shell/lock/lock.ts'
import { lockProblem } from '../messages.ts'

/** Another run holds a lock; nothing was changed. */
export class LockedError extends ProblemError {}

/** A host's lock could be neither taken nor found held: that host failed, and nothing was changed. */
export class LockFailedError extends ProblemError {}

export interface Busy {
  readonly host: string
  readonly holder?: LockHolder
}

/** `waited`: milliseconds. */
export function lockedProblem({ host, holder }: Busy, waited: number): Problem {
  const patience = waited > 0 ? ` It was waited for ${span(waited / 1000)}.` : ''
  return lockProblem.held({ host }, host, named(holder), patience)
}

/** As one line of progress. */
export function waitingNote({ host, holder }: Busy, left: number): string {
  return `${host} is locked by ${named(holder)}; waiting for up to ${span(left / 1000)}`
}

/** `promha apply` of alice@laptop (process 4321) since 2026-05-04 10:20:30 UTC, for 2 min 5 s */
export function named(holder: LockHolder | undefined): string {
  if (!holder) return 'another run'
  const { run, who, pid, command, heldFor } = holder
  const what = command === undefined ? `run ${run}` : `\`promha ${command}\``
  const from = who === undefined ? '' : ` of ${who}`
  const process = pid === undefined ? '' : ` (process ${pid})`
  return `${what}${from}${process}${heldFor === undefined ? '' : ` since ${ago(heldFor)}, for ${span(heldFor)}`}`
}

/** By this machine's clock, which the user can compare with: the host's may be wrong. */
function ago(seconds: number): string {
  const time = new Date(Date.now() - seconds * 1000)
  if (Number.isNaN(time.getTime())) return 'long ago'
  return time.toISOString().replace('T', ' ').replace(/\..*/, ' UTC')
}

function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`
}
