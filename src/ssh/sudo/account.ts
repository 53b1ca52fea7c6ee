/** Recognizes why the accounts, PAM or sudo of a host refuse a user. Pure. */
import type { Problem } from '../../diagnostic/problem.ts'
import { accountProblem } from './messages.ts'

/** Undefined if no known reason is found. `user`: who logs in. `said`: all that the host printed. */
export function accountFault(user: string, said: string): Problem | undefined {
  return faults.find(([pattern]) => pattern.test(said))?.[1]({}, user)
}

type Fault = (where: Pick<Problem, 'host'>, user: string) => Problem

/** The first that matches counts: sshd and sudo say more than one of these at once. */
const faults: readonly (readonly [said: RegExp, fault: Fault])[] = [
  [/you must have a tty to run sudo/i, accountProblem.needsTerminal],
  [/account has expired|account expired or PAM/i, accountProblem.expired],
  [
    /password (has|is) expired|account or password is expired|password expired, contact|change expired password|password change required|required to change your password/i,
    accountProblem.passwordExpired,
  ],
  [/is your account locked/i, accountProblem.locked],
  [/not permitted to log in|pam_nologin/i, accountProblem.onlyRoot],
  [/account is (currently )?not available/i, accountProblem.noLoginShell],
  [
    /PAM account management error|PAM authentication error|access denied for user/i,
    accountProblem.deniedByPam,
  ],
  [
    /must be owned by uid 0 and have the setuid bit|effective uid is not 0|no new privileges/i,
    accountProblem.sudoWithoutSetuid,
  ],
]
