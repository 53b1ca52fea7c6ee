/** Why a command did not start or did not end, read from what the host said. */
import { type Problem, ProblemError } from '../../diagnostic/problem.ts'
import type { SessionResult } from '../channel/session.ts'
import type { LoginTarget } from '../config/target.ts'
import { accountFault } from './account.ts'
import { commandProblem, hostSaid } from './messages.ts'

export function wantsPassword(stderr: string): boolean {
  return /password is required|authentication is required|askpass/i.test(stderr)
}

/** Whether it was sudo that refused, and not the login shell that failed. */
export function fromSudo(stderr: string): boolean {
  return /sudo|sorry, |not allowed/i.test(stderr)
}

export function sudoRefused(host: string, { user }: LoginTarget, stderr: string): ProblemError {
  const { sudoAsks, noSudo, sudoRefuses } = commandProblem
  const isMissing = /sudo['’:]* *(: )?(No such file|not found)/i.test(stderr)
  const refusal = wantsPassword(stderr) ? sudoAsks : isMissing ? noSudo : sudoRefuses
  return new ProblemError([refusal({ host }, user, stderr)])
}

/** Whether it was asked as often as it allows, and says so instead of asking again. */
export function refusedPassword(stderr: string): boolean {
  return /\d incorrect password attempt/.test(stderr)
}

export function saidTooMuch(
  host: string,
  { started, exceeded, stderr }: Pick<SessionResult, 'started' | 'exceeded' | 'stderr'>,
): Problem {
  const { stream = 'stdout', limit = 0 } = exceeded ?? {}
  const size = limit >= 1024 * 1024 ? `${Math.floor(limit / 1024 / 1024)} MiB` : `${limit} bytes`
  const tooMuch = started ? commandProblem.saidTooMuch : commandProblem.shellSaidTooMuch
  return tooMuch({ host }, size, stream, stderr)
}

/** `said`: what was printed before any script. Undefined where it is not the account that is refused. */
export function accountRefused(host: string, { user }: LoginTarget, said: string): Problem | undefined {
  const fault = accountFault(user, said)
  return fault && { ...fault, host, ...hostSaid(said) }
}
