/** Why a command did not start or did not end, as problems of its host. Passwords are in none of them. */
import { error, ProblemError } from '../diagnostic/problem.ts'
import { accountFault } from './account.ts'
import type { SessionResult } from './session.ts'
import type { Target } from './target.ts'

export function wantsPassword(stderr: string): boolean {
  return /password is required|authentication is required|askpass/i.test(stderr)
}

/** Whether it was sudo that refused, and not the login shell that failed. */
export function fromSudo(stderr: string): boolean {
  return /sudo|sorry, |not allowed/i.test(stderr)
}

/** sudo repeats the command it refuses, which here is a whole script. */
const longestDetail = 2000

function problem(host: string, summary: string, remedy: string, detail = ''): ProblemError {
  const all = detail.trim()
  const said = all.length > longestDetail ? `${all.slice(0, longestDetail)}…` : all
  return new ProblemError([error(summary, { host, remedy, ...(said === '' ? {} : { detail: said }) })])
}

export function sudoRefused(host: string, { user }: Target, stderr: string): ProblemError {
  if (wantsPassword(stderr)) {
    return problem(
      host,
      `sudo wants a password for ${user}, and there is no terminal to ask on`,
      `allow ${user} sudo without a password (NOPASSWD), or give it in the inventory: \`sudo: { password: "\${env:NAME}" }\``,
      stderr,
    )
  }
  if (/sudo['’:]* *(: )?(No such file|not found)/i.test(stderr)) {
    return problem(
      host,
      `there is no sudo on the host to become root with, and ${user} is not root`,
      'install sudo there, or log in as root (`ssh.user: root`)',
      stderr,
    )
  }
  return problem(
    host,
    `sudo does not let ${user} become root`,
    `allow ${user} to run /bin/sh as root in the host's sudoers, or log in as root (\`ssh.user: root\`)`,
    stderr,
  )
}

/** Whether it was asked as often as it allows, and says so instead of asking again. */
export function refusedPassword(stderr: string): boolean {
  return /\d incorrect password attempt/.test(stderr)
}

export function wrongPassword(host: string, { user }: Pick<Target, 'user'>): ProblemError {
  return problem(
    host,
    `sudo did not accept the password of ${user}`,
    'Correct `sudo: { password: … }` in the inventory, or run the command again and type the right password.',
  )
}

export function noPassword(host: string, { user }: Pick<Target, 'user'>): ProblemError {
  return problem(
    host,
    `sudo wants a password for ${user}, but the answer was empty`,
    `Run the command again and type it, or allow ${user} sudo without a password (NOPASSWD).`,
  )
}

export function tookTooLong(host: string, timeout: number, { stderr }: { stderr: string }): ProblemError {
  return problem(
    host,
    `a command did not end within ${timeout / 1000} s and was given up`,
    'Check the host: it may be busy, or a disk or name server may not answer.',
    stderr,
  )
}

export function saidTooMuch(
  host: string,
  { started, exceeded, stderr }: Pick<SessionResult, 'started' | 'exceeded' | 'stderr'>,
): ProblemError {
  const { stream = 'stdout', limit = 0 } = exceeded ?? {}
  const size = limit >= 1024 * 1024 ? `${Math.floor(limit / 1024 / 1024)} MiB` : `${limit} bytes`
  return problem(
    host,
    started
      ? `a command printed more than ${size} to ${stream} and was ended`
      : `the login shell printed more than ${size} to ${stream} before a command started, and was ended`,
    started
      ? 'Log in to the host and check that stat, systemctl and ip work there (and /var/lib/promha).'
      : 'Log in to the host and correct the start-up files of the login shell (/etc/profile, ~/.bashrc).',
    stderr,
  )
}

/** `said`: what was printed before any script. Undefined where it is not the account that is refused. */
export function accountRefused(host: string, { user }: Target, said: string): ProblemError | undefined {
  const fault = accountFault(user, said)
  return fault && problem(host, fault.summary, fault.remedy ?? '', said)
}

export function neverStarted(host: string, { user }: Target, code: number, said: string): ProblemError {
  return problem(
    host,
    `the login shell of ${user} did not start /bin/sh and ended with ${code}`,
    `Run \`usermod -s /bin/sh ${user}\` as root on the host, and remove a ForceCommand for ${user} from its sshd_config.`,
    said,
  )
}

export function noChannel(host: string, said: string): ProblemError {
  return problem(
    host,
    'sshd opened no session for a command',
    'raise MaxSessions in its sshd_config to 4 or more, and allow commands',
    said,
  )
}
