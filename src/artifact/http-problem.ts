/** Why a download failed, as a problem. */
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import { AbsentError, UnfetchedError } from './model.ts'
import { maskUrl } from './url.ts'

const elsewhere =
  'Fill the cache with `promha artifacts fetch` on a machine that reaches it and copy the cache and the lock file over, or set `artifacts.from` to a mirror or to a directory that holds the archives.'

/** The server has no such file. */
export class NotFoundError extends AbsentError {}

/** No server answered: another file from there would not come either. */
export class UnreachableError extends UnfetchedError {}

/** An answer that is no content. Throws nothing itself. */
export function statusProblem(url: string, status: number): UnfetchedError {
  const shown = maskUrl(url)
  if (status === 404 || status === 410)
    return new NotFoundError([
      error(`${shown} does not exist (HTTP ${status})`, { remedy: 'Check `artifacts.from` and `versions`.' }),
    ])
  const refused = status === 401 || status === 403 || status === 407
  return new UnfetchedError([
    error(`${shown} answered HTTP ${status}`, {
      remedy: refused
        ? 'The server refuses access: check the credentials in `artifacts.from`, or use another source.'
        : `Try again later. ${elsewhere}`,
    }),
  ])
}

/** A connection that could not be made or broke too often. */
export function networkProblem(url: string, cause: unknown): UnreachableError {
  const proxy = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].find(name => process.env[name])
  const unused = proxy !== undefined && process.env.NODE_USE_ENV_PROXY !== '1'
  return new UnreachableError([
    error(`${maskUrl(url)} could not be fetched: ${reason(cause)}`, {
      remedy: unused
        ? `${proxy} is set, but Node uses it only from version 24 on and with NODE_USE_ENV_PROXY=1. ${elsewhere}`
        : elsewhere,
    }),
  ])
}

/** A redirect that is not followed. What comes over plain http can be altered on the way. */
export function redirectProblem(from: string, to: string): ProblemError {
  return new ProblemError([
    error(`${maskUrl(from)} redirects to ${maskUrl(to)}, which is not https`, {
      detail: 'Nothing was fetched from there: what comes over plain http can be altered on the way.',
      remedy: 'Use a mirror that answers by https only.',
    }),
  ])
}

/** Redirects that lead nowhere. */
export function lostProblem(url: string, seen: string): UnfetchedError {
  return new UnfetchedError([
    error(`${maskUrl(url)} could not be fetched: ${seen}`, { remedy: 'Check `artifacts.from`.' }),
  ])
}

export function tooLarge(url: string, limit: number): ProblemError {
  return new ProblemError([
    error(`${maskUrl(url)} is larger than ${limit} bytes`, {
      remedy: 'That is no release: check `artifacts.from`.',
    }),
  ])
}

/** The archive is not what its publisher or the lock file says. Nothing of it is kept. */
export function checksumProblem(
  where: string,
  expected: string,
  seen: string,
  stated: 'published' | 'locked',
): Problem {
  const said = stated === 'locked' ? 'the lock file says' : 'its publisher says'
  return error(`checksum mismatch: ${where} is not what ${said}`, {
    detail: `expected sha256 ${expected}\nseen     sha256 ${seen}`,
    remedy:
      stated === 'locked'
        ? 'Nothing of it was kept. If the release was replaced on purpose, accept it with `promha artifacts fetch --update`. If not, find out who changed it.'
        : 'Nothing of it was kept. Try again. If it fails again, use another source: the server, or something on the way to it, alters the file.',
  })
}

function reason(cause: unknown): string {
  const { code, message } = innermost(cause) as NodeJS.ErrnoException
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name could not be resolved (${code})`
    case 'ECONNREFUSED':
      return 'the connection was refused'
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return `there is no route to it (${code})`
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'no connection within the time limit'
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'the connection broke off'
    default:
      return code ? `${message} (${code})` : message
  }
}

/** `fetch` wraps what happened in an error that says only "fetch failed". */
export function innermost(cause: unknown): Error {
  const inner = cause instanceof Error ? cause : new Error(String(cause))
  return inner.cause instanceof Error ? innermost(inner.cause) : inner
}
