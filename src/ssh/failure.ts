/** Why a login failed, as words; and the error that means a host could not be reached. */
import { type Problem, ProblemError } from '../diagnostic/problem.ts'
import type { LoginTarget } from './config/target.ts'
import { type KeyVerdict, keyFingerprint, keyType, knownHostsLine } from './key/known-hosts.ts'
import { loginProblem } from './messages.ts'
import { accountFault } from './sudo/account.ts'

/** There is no connection to the host: nothing was done there. */
export class UnreachableError extends ProblemError {}

/** `no`: another try ends in the same way. */
type Again = 'no' | 'cut' | 'timed out'

/** One login that failed. Belongs to no host yet: a jump host serves many. */
export class LoginError extends Error {
  readonly problem: Problem
  readonly again: Again
  constructor(problem: Problem, again: Again = 'no') {
    super(problem.summary)
    this.name = 'LoginError'
    this.problem = problem
    this.again = again
  }
}

export function place(target: LoginTarget): string {
  return `${target.user}@${target.address.includes(':') ? `[${target.address}]` : target.address}:${target.port}`
}

const reasons: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ECONNREFUSED: [
    'the connection was refused',
    'Check that sshd runs there and that the port is right (`ssh.port`).',
  ],
  ENOTFOUND: ['the name is not known', 'Check the name, or give an address with `ssh.host` or `address`.'],
  EAI_AGAIN: ['the name could not be looked up', 'Check the name server of this machine.'],
  EHOSTUNREACH: ['there is no way to it', 'Check that the host is up and the address is right.'],
  ENETUNREACH: ['there is no way to its network', 'Check the routes of this machine, or set `ssh.jump`.'],
  ETIMEDOUT: ['no answer', 'Check that the host is up and that no firewall drops the connection.'],
}

/** A socket that did not come about, or broke before the login was through. */
export function socketFailure(target: LoginTarget, cause: NodeJS.ErrnoException): LoginError {
  const code = cause.code ?? ''
  const [why, remedy] = reasons[code] ?? [cause.message, 'Check the host and the network between.']
  const again = ['ECONNRESET', 'EPIPE'].includes(code) ? 'cut' : 'no'
  return new LoginError(loginProblem.unreachable({}, place(target), why, remedy), again)
}

export function noAnswer(target: LoginTarget, step: string, again: Again): LoginError {
  return new LoginError(loginProblem.noAnswer({}, place(target), target.connectTimeout / 1000, step), again)
}

/** Closed after a key was offered: it is right, but the account may not log in. `said`: the reason, a banner for all, or empty. */
export function closedAfterKey(target: LoginTarget, said: string): LoginError {
  const { user } = target
  const at = place(target)
  const detail = said.trim() === '' ? {} : { detail: `It said: ${said.trim()}` }
  const fault = accountFault(user, said)
  if (fault !== undefined)
    return new LoginError({ ...fault, summary: `cannot log in at ${at}: ${fault.summary}`, ...detail })
  return new LoginError(loginProblem.closedAfterKey({}, { place: at, user }, detail), 'cut')
}

/** The server closed without a word: most often it has too many logins at work. */
export function hungUp(target: LoginTarget): LoginError {
  return new LoginError(loginProblem.hungUp({}, place(target)), 'cut')
}

/** Keys as words: those shown, those left out with the reason, and what to type if others may read one of these. */
type KeysOfLogin = Readonly<Record<'tried' | 'passed' | 'closing', readonly string[]>>

/** No key was taken. */
export function keyRefused(target: LoginTarget, keys: KeysOfLogin, said?: string): LoginError {
  const { tried, passed, closing } = keys
  const told = [...tried.map(key => `tried: ${key}`), ...passed.map(key => `left out: ${key}`)]
  if (said !== undefined) told.push(said)
  const more = told.length === 0 ? {} : { detail: told.join('\n') }
  const host = { place: place(target), user: target.user }
  if (tried.length === 0) return new LoginError(loginProblem.noKey({}, host, more, closing))
  return new LoginError(loginProblem.keyRefused({}, host, more, tried.length))
}

/** The host key is not one that may be trusted. */
export function hostKeyRefused(
  target: LoginTarget,
  verdict: Exclude<KeyVerdict, { kind: 'known' }>,
  name: string,
  key: Buffer,
): LoginError {
  const at = place(target)
  const shown = `${keyType(key)} ${keyFingerprint(key)}`
  if (verdict.kind === 'unknown') {
    const file = target.knownHosts[0] ?? '~/.ssh/known_hosts'
    const authority = verdict.authority && `${verdict.authority.file}:${verdict.authority.line}`
    const line = knownHostsLine(name, key)
    return new LoginError(loginProblem.hostKeyUnknown({}, { place: at, shown, file, line, authority }))
  }
  const { entry } = verdict
  if (verdict.kind === 'revoked')
    return new LoginError(loginProblem.hostKeyRevoked({}, at, `${entry.file}:${entry.line}`, shown))
  const expected = `${entry.type} ${keyFingerprint(entry.key)}`
  const { file, line } = entry
  return new LoginError(loginProblem.hostKeyChanged({}, { place: at, expected, shown, file, line }))
}
