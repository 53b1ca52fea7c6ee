/** Why a download failed, as a problem. */
import { type Problem, ProblemError } from '../../diagnostic/problem.ts'
import { AbsentError, UnfetchedError } from '../model.ts'
import { downloadProblem } from './messages.ts'
import { maskUrl } from './url.ts'

/** The server has no such file. */
export class NotFoundError extends AbsentError {}

/** No server answered: another file from there would not come either. */
export class NoServerError extends UnfetchedError {}

/** An answer that is no content. Throws nothing itself. */
export function statusProblem(url: string, status: number): UnfetchedError {
  const shown = maskUrl(url)
  if (status === 404 || status === 410) return new NotFoundError([downloadProblem.missing({}, shown, status)])
  const refused = status === 401 || status === 403 || status === 407
  const problem = refused ? downloadProblem.refused : downloadProblem.failed
  return new UnfetchedError([problem({}, shown, status)])
}

/** A connection that could not be made or broke too often. */
export function networkProblem(url: string, cause: NodeJS.ErrnoException): NoServerError {
  const variables = url.startsWith('https:') ? proxyVariables : proxyVariables.slice(2)
  const proxy = variables.find(name => process.env[name])
  return new NoServerError([downloadProblem.noAnswer({}, maskUrl(url), reason(cause), proxy)])
}

/** In undici's order: https goes through the proxy of plain http if it has none of its own. */
const proxyVariables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']

/** A variable of the environment that names no proxy. Its value may hold a password. */
export function proxyProblem(cause: unknown): ProblemError {
  const set = proxyVariables.filter(name => process.env[name])
  return new ProblemError([downloadProblem.badProxy({}, (cause as Error).message, set)])
}

export function tooLarge(url: string, limit: number): ProblemError {
  return new ProblemError([downloadProblem.tooLarge({}, maskUrl(url), limit)])
}

/** Who says a hash: its publisher or the lock file. */
export type Stated = 'published' | 'locked'

/** The archive is not what it is said to be. Nothing of it is kept. */
export function checksumProblem(where: string, expected: string, seen: string, stated: Stated): Problem {
  const problem = stated === 'locked' ? downloadProblem.notAsLocked : downloadProblem.notAsPublished
  return problem({}, { where, expected, seen })
}

const reasons: readonly (readonly [code: RegExp, why: string])[] = [
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'the name could not be resolved ($1)'],
  [/^ECONNREFUSED$/, 'the connection was refused'],
  [/^(ENETUNREACH|EHOSTUNREACH)$/, 'there is no route to it ($1)'],
  [/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, 'no connection within the time limit'],
  [/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/, 'nothing was received within the time limit'],
  [/^(ECONNRESET|UND_ERR_SOCKET)$/, 'the connection broke off'],
]

function reason({ code, message }: NodeJS.ErrnoException): string {
  if (!code) return message
  const known = reasons.find(([pattern]) => pattern.test(code))
  return known ? code.replace(...known) : `${message} (${code})`
}
