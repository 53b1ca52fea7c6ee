/** One command on one channel, from its start to its end. */
import { once } from 'node:events'
import { constants } from 'node:os'
import type { Writable } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import type { CommandRequest, RunResult } from '../connection.ts'
import type { Envelope } from './envelope.ts'
import { createOutput, type Exceeded } from './output.ts'

interface SessionRequest {
  readonly envelope: Envelope
  readonly stdin: CommandRequest['stdin']
  readonly onStdout: CommandRequest['onStdout']
  /** Bytes of stdout. */
  readonly largest: number
  /** Milliseconds. */
  readonly timeout: number
  /** For sudo; sent when it asks and at no other time. */
  readonly password?: string
  /** Send nothing before the script has announced itself: sudo may still refuse, or take it for a password. */
  readonly patient: boolean
}

export interface SessionResult extends RunResult {
  /** The end of what stdout had before the script was reached. */
  readonly noise: string
  /** Whether the script was reached at all. */
  readonly started: boolean
  /** Whether sudo asked for a password. */
  readonly asked: boolean
  readonly ended: 'itself' | 'timeout' | 'password refused' | 'no channel' | 'too much'
  /** With `too much`. */
  readonly exceeded?: Exceeded
}

/** A child in the background may hold the output open for ever after the command's end. */
const lingering = 2000

/** Runs a command in its envelope. Never rejects for what the host does; rejects with whatever the source of stdin throws. */
export function runSession(client: Client, request: SessionRequest): Promise<SessionResult> {
  return new Promise((resolve, reject) => {
    const nothing = { stdout: Buffer.alloc(0), stderr: '', noise: '', started: false, asked: false }
    const begin = (cause: Error | undefined, channel: ClientChannel) => {
      if (cause === undefined) follow(channel, request).then(resolve, reject)
      else {
        // With a reason the server said no; without, the connection is gone.
        const refused = 'reason' in cause || /^Unable to exec/.test(cause.message)
        resolve({ ...nothing, stderr: cause.message, code: null, ended: refused ? 'no channel' : 'itself' })
      }
    }
    try {
      client.exec(request.envelope.command, begin)
    } catch (cause) {
      resolve({ ...nothing, stderr: (cause as Error).message, code: null, ended: 'itself' })
    }
  })
}

function follow(channel: ClientChannel, request: SessionRequest): Promise<SessionResult> {
  return new Promise((resolve, reject) => {
    let code: number | null = null
    let fed = false
    let grace: NodeJS.Timeout | undefined
    const ending = new AbortController()
    const hasEnded = () => ending.signal.aborted
    const { announcement, question } = request.envelope
    const { onStdout, largest } = request
    const output = createOutput({ announcement, question, largest, onStdout, onChange })
    const timer = setTimeout(() => stop('timeout'), request.timeout)

    function endWith(finish: () => void): void {
      if (hasEnded()) return
      clearTimeout(timer)
      clearTimeout(grace)
      ending.abort()
      finish()
    }
    const done = (ended: SessionResult['ended']) =>
      endWith(() => {
        const { started, questions, exceeded } = output
        const more = exceeded ? { exceeded } : {}
        resolve({ code, ...output.collected(), started, asked: questions > 0, ended, ...more })
      })
    const fail = (cause: unknown) =>
      endWith(() => {
        channel.close()
        reject(cause)
      })
    function stop(ended: SessionResult['ended']): void {
      channel.signal('TERM')
      channel.close()
      // A host that sends on all the same fills the channel's window and no more.
      channel.pause()
      channel.stderr.pause()
      done(ended)
    }
    function send(): void {
      if (fed || hasEnded()) return
      fed = true
      feed(channel, request.envelope.head, request.stdin, ending.signal).catch(fail)
    }
    function onChange(): void {
      if (output.exceeded) stop('too much')
      else if (output.started) send()
      else if (output.questions === 1 && request.password !== undefined)
        channel.write(`${request.password}\n`)
      else if (output.questions > 1) stop('password refused')
    }

    channel.on('error', () => {})
    channel.on('data', (chunk: Buffer) => {
      if (hasEnded()) return
      try {
        output.stdout(chunk)
      } catch (cause) {
        fail(cause)
      }
    })
    channel.stderr.on('data', (chunk: Buffer) => {
      if (!hasEnded()) output.stderr(chunk)
    })
    channel.on('exit', (status: number | null, name?: string) => {
      code = status ?? 128 + (constants.signals[name as NodeJS.Signals] ?? 0)
      grace = setTimeout(() => {
        channel.close()
        done('itself')
      }, lingering)
    })
    channel.on('close', () => {
      if (channel.stderr.readableEnded) done('itself')
      else channel.stderr.once('end', () => done('itself'))
    })
    if (!request.patient) send()
  })
}

/** Sends the head, the source and end-of-file, until `ended` says that the reader has ended. Rejects with what the source throws. */
async function feed(
  stream: Writable,
  head: Uint8Array,
  source: CommandRequest['stdin'],
  ended: AbortSignal,
): Promise<void> {
  for await (const chunk of pieces(head, source)) {
    if (ended.aborted) return
    if (chunk.length > 0 && !stream.write(chunk))
      await once(stream, 'drain', { signal: ended }).catch(() => {})
  }
  if (!ended.aborted) stream.end()
}

async function* pieces(head: Uint8Array, source: CommandRequest['stdin'] = head.subarray(0, 0)) {
  yield head
  if (source instanceof Uint8Array) yield source
  else yield* source
}
