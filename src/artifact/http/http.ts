/** HTTP GET. undici's own retries do not go on with what an earlier run left, nor count progress as success. */
import { pipeline, type Readable, Transform } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import { ProblemError } from '../../diagnostic/problem.ts'
import { bounded } from '../../trust/bounded.ts'
import { oncePerKey } from '../memo.ts'
import { UnfetchedError } from '../model.ts'
import { downloadProblem } from './messages.ts'
import { networkProblem, proxyProblem, statusProblem, tooLarge } from './problem.ts'
import { maskUrl, splitCredentials } from './url.ts'

export interface HttpAnswer {
  /** 200, 206 or 416; everything else is an error or tried again. */
  readonly status: number
  /** By its name in lower case. */
  readonly header: (name: string) => string | undefined
  readonly body: Readable
}

interface GetOptions<T> {
  /** Asked before each try: a resumed download asks for less. */
  readonly headers?: () => Readonly<Record<string, string>>
  /** Reads the answer; a connection that breaks meanwhile is tried again. */
  readonly use: (answer: HttpAnswer) => Promise<T>
  /** Bytes that are safe so far: a try that brought some does not count as failed. */
  readonly kept?: () => number
  readonly signal?: AbortSignal | undefined
  /** A connection is given up if fewer than {@link leastBytes} come in so many milliseconds. */
  readonly patience?: number
}

/** Milliseconds without a byte, or an answer, until a connection counts as dead. */
const idleLimit = 30_000
/** In the same time. A server that sends a byte now and then would keep a command waiting without end. */
const leastBytes = 16_384
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
      if (!(cause instanceof StatusError) && !(cause instanceof NetworkError)) throw cause
      const passing = isPassing(cause)
      failures = (options.kept?.() ?? 0) > before ? 1 : failures + 1
      if (!passing || failures >= triesWithoutProgress || tries >= triesInAll) {
        throw cause instanceof StatusError
          ? statusProblem(url, cause.status)
          : networkProblem(url, cause.cause)
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
    use: ({ body }) => {
      const most = bounded(limit, () => tooLarge(url, limit))
      return text(pipeline(body, most, () => {}))
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

/** The connection could not be made, or broke; nothing is wrong on this machine. */
export class NetworkError extends Error {
  override readonly cause: NodeJS.ErrnoException
  constructor(cause: unknown) {
    super('network error')
    this.cause = cause instanceof Error ? cause : new Error(String(cause))
  }
}

async function attempt<T>(url: string, options: GetOptions<T>): Promise<T> {
  const { url: bare, authorization } = splitCredentials(url)
  const response = await follow(bare, authorization, {
    // The bytes as they lie there: an archive unpacked on the way would not match its hash.
    headers: { 'accept-encoding': 'identity', 'user-agent': 'promha', ...options.headers?.() },
    signal: options.signal ?? null,
  })
  const { statusCode: status, headers } = response
  let broken: unknown
  let bytes = 0
  const body = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      done(null, chunk)
    },
  })
  // Its reader is told too; without a reader it must not end the process.
  body.on('error', cause => {
    broken = cause
  })
  pipeline(response.body, body, () => {})
  const watch = setInterval(() => {
    if (bytes < leastBytes) body.destroy(new Error('too few bytes came within the time limit'))
    bytes = 0
  }, options.patience ?? idleLimit)
  try {
    if (status !== 200 && status !== 206 && status !== 416) throw new StatusError(status)
    const header = (name: string) => headers[name]?.toString()
    return await options.use({ status, header, body })
  } catch (cause) {
    throw cause === broken ? new NetworkError(cause) : cause
  } finally {
    clearInterval(watch)
    // Ends a connection whose answer was not read to its end.
    body.destroy()
  }
}

const dispatchers = new Map<string, Promise<Dispatcher>>()

/** Goes through the proxies that the environment names, plainly to what is plain http. Few runs fetch: undici is loaded here. */
function dispatcher(): Promise<Dispatcher> {
  const { http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY } = process.env
  const key = JSON.stringify([http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY])
  return oncePerKey(dispatchers, key, async () => {
    const { default: undici } = await import('undici')
    const limits = { headersTimeout: idleLimit, bodyTimeout: idleLimit, connectTimeout: idleLimit }
    try {
      return new undici.EnvHttpProxyAgent({ ...limits, proxyTunnel: false })
    } catch (cause) {
      throw proxyProblem(cause)
    }
  })
}

type Init = Pick<Dispatcher.RequestOptions, 'signal'> & { readonly headers: Readonly<Record<string, string>> }

/** Follows redirects, but never from https to plain http. Credentials go to the origin that they are for. */
async function follow(url: string, authorization: string | undefined, init: Init) {
  const through = await dispatcher()
  const { default: undici } = await import('undici')
  const { origin } = new URL(url)
  let at = new URL(url)
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const own = authorization !== undefined && at.origin === origin ? { authorization } : {}
    const headers = { ...init.headers, ...own }
    const response = await undici.request(at, { ...init, headers, dispatcher: through }).catch(cause => {
      throw new NetworkError(cause)
    })
    const location = response.headers.location?.toString()
    if (!redirects.includes(response.statusCode) || location === undefined) return response
    await response.body.dump().catch(() => {})
    if (!URL.canParse(location, at.href)) throw lost(url, 'it redirects to something that is not a URL')
    const next = new URL(location, at.href)
    if (next.protocol !== 'https:' && (at.protocol === 'https:' || next.protocol !== 'http:'))
      // What comes over plain http can be altered on the way.
      throw new ProblemError([downloadProblem.redirectToHttp({}, maskUrl(at.href), maskUrl(next.href))])
    // A server that puts credentials into its own redirect is not asked with them.
    next.username = ''
    next.password = ''
    at = next
  }
  throw lost(url, `more than ${mostRedirects} redirects`)
}

function lost(url: string, why: string): UnfetchedError {
  return new UnfetchedError([downloadProblem.redirectLost({}, maskUrl(url), why)])
}

/** Whether another try may go better. */
function isPassing(cause: StatusError | NetworkError): boolean {
  if (cause instanceof StatusError) return cause.status === 408 || cause.status === 429 || cause.status >= 500
  const { code } = cause.cause
  return code !== 'ENOTFOUND' && !/CERT|SSL|TLS|SELF_SIGNED/.test(code ?? '')
}
