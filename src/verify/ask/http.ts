/** HTTP/1.1 over any stream: one kept-alive channel, one request at a time. */
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { Duplex } from 'node:stream'
import { createBuffer } from '../../bytes.ts'
import { type Answer, headersOf, type Sent } from '../../shell/host/ask.ts'
import { largestAnswer, largestHead } from '../../shell/syntax/bounds.ts'
import { AskError } from '../model.ts'

export interface Http {
  /** Rejects with an AskError, or with what opening the channel rejected with. */
  get(path: string, sent?: Sent): Promise<Answer>
  close(): void
}

export const askTimeout = 5_000

/** `authority`: `ADDRESS:PORT`. `timeout` (ms) begins when a request is sent, not when it is queued. */
export function createHttp(
  authority: string,
  open: () => Promise<Duplex>,
  timeout = askTimeout,
  limit = largestAnswer,
): Http {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  Object.assign(agent, {
    createConnection: (_: unknown, done: (error: unknown, stream?: Duplex) => void) => {
      open().then(stream => {
        // The program's end of the channel is gone, as after its restart: the next question needs a new one.
        stream.once('end', () => stream.destroy())
        done(null, asSocket(stream))
      }, done)
    },
  })
  // An idle channel is read on, or its end would not be noticed.
  agent.on('free', (stream: Duplex) => void stream.resume())

  // How often it gave no answer: what was queued at that moment is given up with it, lest a program that hangs be
  // waited for once a question.
  let hung = 0
  const late = () => new AskError('failed', `${authority} gave no answer within ${timeout / 1000} s`)

  const once = (path: string, sent: Sent): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { body } = sent
      const size = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
      const headers = { host: authority, ...headersOf(sent), ...size }
      const method = body === undefined ? 'GET' : 'POST'
      const outgoing = request({ agent, method, path, headers, maxHeaderSize: largestHead })
      const timer = setTimeout(() => {
        hung += 1
        // A channel that is still being opened does not hear of it, so the caller is told directly.
        reject(late())
        outgoing.destroy(late())
      }, timeout)
      const fail = (error: Error) => {
        clearTimeout(timer)
        reject(kept(outgoing, error))
      }
      outgoing.on('error', fail)
      outgoing.on('response', response => {
        const answer = read(response, limit, authority)
        answer.finally(() => clearTimeout(timer)).then(resolve, fail)
      })
      outgoing.end(body)
    })

  const get = async (path: string, sent: Sent): Promise<Answer> => {
    try {
      return await once(path, sent)
    } catch (cause) {
      if (cause instanceof ClosedMeanwhile) return await once(path, sent).catch(unwrap)
      throw cause
    }
  }

  // A channel costs round trips and counts against MaxSessions, so requests wait for each other; the Agent's own
  // limit does not count channels that are still being opened.
  let last: Promise<unknown> = Promise.resolve()
  return {
    get(path, sent = {}) {
      const before = hung
      const answer = last.then(() => {
        if (hung !== before) throw late()
        return get(path, sent)
      })
      last = answer.catch(() => undefined)
      return answer
    },
    close: () => agent.destroy(),
  }
}

/** The kept channel had been closed from the other side; what is asked may simply be repeated on a new one. */
class ClosedMeanwhile extends Error {}

function kept(outgoing: ClientRequest, error: Error): Error {
  const code = (error as NodeJS.ErrnoException).code
  const closed = code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_WRITE_AFTER_END'
  return outgoing.reusedSocket && closed ? new ClosedMeanwhile(error.message) : error
}

function unwrap(cause: unknown): never {
  throw cause instanceof ClosedMeanwhile ? new AskError('failed', cause.message) : cause
}

function read(response: IncomingMessage, limit: number, authority: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const body = createBuffer(limit)
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) {
        body.add(chunk)
        return
      }
      response.destroy(new AskError('failed', `${authority} answered with more than ${limit} bytes`))
    })
    response.on('error', reject)
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: body.bytes().toString() }))
  })
}

/** node:http expects these of a socket; an SSH channel has none of them. */
export function asSocket(stream: Duplex): Duplex {
  const none = () => stream
  for (const name of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) {
    if (!(name in stream)) Object.assign(stream, { [name]: none })
  }
  if (!('destroySoon' in stream)) Object.assign(stream, { destroySoon: () => stream.destroy() })
  return stream
}
