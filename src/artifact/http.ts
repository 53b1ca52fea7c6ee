/** HTTP GET with redirects (never to plain http from https), time limits and bounded retries. */
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '../diagnostic/problem.ts'
import {
  innermost,
  lostProblem,
  networkProblem,
  redirectProblem,
  statusProblem,
  tooLarge,
} from './http-problem.ts'
import { splitCredentials } from './url.ts'

export interface Answer {
  /** 200, 206 or 416; everything else is an error or tried again. */
  readonly status: number
  readonly headers: Headers
  readonly body: Readable
}

interface GetOptions<T> {
  /** Asked before each try: a resumed download asks for less. */
  readonly headers?: () => Readonly<Record<string, string>>
  /** Reads the answer; a connection that breaks meanwhile is tried again. */
  readonly use: (answer: Answer) => Promise<T>
  /** Bytes that are safe so far: a try that brought some does not count as failed. */
  readonly kept?: () => number
  readonly signal?: AbortSignal | undefined
}

/** Milliseconds without a byte until a connection counts as dead. */
const idleLimit = 30_000
const triesWithoutProgress = 4
const triesInAll = 40
const firstDelay = 300
const mostRedirects = 10
const redirects: readonly number[] = [301, 302, 303, 307, 308]

/** Gets a URL. Throws a ProblemError, a NotFoundError where the server has no such file, or the signal's reason. */
export async function get<T>(url: string, options: GetOptions<T>): Promise<T> {
  let failures = 0
  for (let tries = 1; ; tries++) {
    const before = options.kept?.() ?? 0
    try {
      return await attempt(url, options)
    } catch (cause) {
      options.signal?.throwIfAborted()
      const passing = isPassing(cause)
      if (!passing && !(cause instanceof StatusError) && !isNetwork(cause)) throw cause
      failures = (options.kept?.() ?? 0) > before ? 1 : failures + 1
      if (!passing || failures >= triesWithoutProgress || tries >= triesInAll) {
        throw cause instanceof StatusError ? statusProblem(url, cause.status) : networkProblem(url, cause)
      }
      const delay = firstDelay * 2 ** (failures - 1) * (0.5 + Math.random())
      await sleep(delay, undefined, options.signal ? { signal: options.signal } : {})
    }
  }
}

/** Gets a small text of at most `limit` bytes. */
export async function getText(url: string, limit: number, signal?: AbortSignal): Promise<string> {
  return get(url, {
    signal,
    use: async ({ body }) => {
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > limit) throw tooLarge(url, limit)
        chunks.push(chunk)
      }
      return Buffer.concat(chunks).toString('utf8')
    },
  })
}

class StatusError extends Error {
  readonly status: number
  constructor(status: number) {
    super(`HTTP ${status}`)
    this.status = status
  }
}

async function attempt<T>(url: string, options: GetOptions<T>): Promise<T> {
  const { url: bare, authorization } = splitCredentials(url)
  const idle = new AbortController()
  const timer = setTimeout(() => idle.abort(timedOut()), idleLimit)
  let body: Readable | undefined
  try {
    const response = await follow(bare, authorization, {
      // The bytes as they lie there: an archive unpacked on the way would not match its hash.
      headers: { 'accept-encoding': 'identity', ...options.headers?.() },
      signal: options.signal ? AbortSignal.any([options.signal, idle.signal]) : idle.signal,
    })
    if (response.status !== 200 && response.status !== 206 && response.status !== 416) {
      await response.body?.cancel()
      throw new StatusError(response.status)
    }
    body = response.body ? Readable.fromWeb(response.body as ReadableStream) : Readable.from([])
    body.on('data', () => timer.refresh())
    // Its reader is told too; without a reader it must not end the process.
    body.on('error', () => {})
    body.pause()
    return await options.use({ status: response.status, headers: response.headers, body })
  } finally {
    clearTimeout(timer)
    // Ends a connection whose answer was not read to its end.
    body?.destroy()
  }
}

interface Init {
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Follows redirects, but never from https to plain http. Credentials go to the origin that they are for. */
async function follow(url: string, authorization: string | undefined, init: Init): Promise<Response> {
  const { origin } = new URL(url)
  let at = new URL(url)
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const own = authorization !== undefined && at.origin === origin ? { authorization } : {}
    const headers = { ...init.headers, ...own }
    const response = await fetch(at.href, { ...init, headers, redirect: 'manual' })
    const location = response.headers.get('location')
    if (!redirects.includes(response.status) || location === null) return response
    await response.body?.cancel()
    if (!URL.canParse(location, at.href))
      throw lostProblem(url, 'it redirects to something that is not a URL')
    const next = new URL(location, at.href)
    if (next.protocol !== 'https:' && (at.protocol === 'https:' || next.protocol !== 'http:'))
      throw redirectProblem(at.href, next.href)
    // A server that puts credentials into its own redirect is not asked with them.
    next.username = ''
    next.password = ''
    at = next
  }
  throw lostProblem(url, `more than ${mostRedirects} redirects`)
}

function timedOut(): Error {
  return Object.assign(new Error(`nothing was received for ${idleLimit / 1000} s`), { code: 'ETIMEDOUT' })
}

function isNetwork(cause: unknown): boolean {
  if (cause instanceof ProblemError) return false
  const { code, syscall } = innermost(cause) as NodeJS.ErrnoException
  if (cause instanceof TypeError && cause.message === 'fetch failed') return true
  if (cause instanceof TypeError && cause.message === 'terminated') return true
  if (code === 'ABORT_ERR' || code === 'ETIMEDOUT') return true
  return code === 'ECONNRESET' || syscall === 'read' || code?.startsWith('UND_ERR_') === true
}

/** Whether another try may go better. */
function isPassing(cause: unknown): boolean {
  if (cause instanceof StatusError) return cause.status === 408 || cause.status === 429 || cause.status >= 500
  if (!isNetwork(cause)) return false
  const { code } = innermost(cause) as NodeJS.ErrnoException
  return code !== 'ENOTFOUND' && code !== 'ERR_INVALID_URL' && !/CERT|SSL|TLS|SELF_SIGNED/.test(code ?? '')
}
