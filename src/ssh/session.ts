/** One command on one channel, from its start to its end. */
import { constants } from 'node:os'
import type { Client, ClientChannel } from 'ssh2'
import type { RunRequest } from './connection.ts'
import type { Envelope } from './envelope.ts'
import { feed } from './feed.ts'
import { createOutput, type Exceeded } from './output.ts'

interface SessionRequest {
  readonly envelope: Envelope
  readonly stdin: RunRequest['stdin']
  readonly onStdout: RunRequest['onStdout']
  /** Bytes of stdout. */
  readonly largest: number
  /** Milliseconds. */
  readonly timeout: number
  /** For sudo; sent when it asks and at no other time. */
  readonly password?: string
  /** Send nothing before the script has announced itself: sudo may still refuse, or take it for a password. */
  readonly patient: boolean
}

export interface SessionResult {
  /** null where the connection ended first. */
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
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

/**
 * Runs a command in its envelope. Never rejects for what the host does; rejects with whatever the source of stdin throws.
 */
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
    let settled = false
    let fed = false
    let grace: NodeJS.Timeout | undefined
    const ending = new AbortController()
    const { announcement, question } = request.envelope
    const { onStdout, largest } = request
    const output = createOutput({ announcement, question, largest, onStdout, onChange })
    const timer = setTimeout(() => stop('timeout'), request.timeout)

    function settle(finish: () => void): void {
      if (settled) return
      settled = true
      clearTimeout(timer)
      clearTimeout(grace)
      ending.abort()
      finish()
    }
    const done = (ended: SessionResult['ended']) =>
      settle(() => {
        const { started, questions, exceeded } = output
        resolve({
          code,
          ...output.collected(),
          started,
          asked: questions > 0,
          ended,
          ...(exceeded ? { exceeded } : {}),
        })
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
      if (fed || settled) return
      fed = true
      feed(channel, request.envelope.head, request.stdin, ending.signal).catch(cause =>
        settle(() => {
          channel.close()
          reject(cause)
        }),
      )
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
      if (settled) return
      try {
        output.stdout(chunk)
      } catch (cause) {
        settle(() => {
          channel.close()
          reject(cause)
        })
      }
    })
    channel.stderr.on('data', (chunk: Buffer) => {
      if (!settled) output.stderr(chunk)
    })
    channel.on('exit', (status: number | null, name?: string) => {
      code = status ?? 128 + signalNumber(name)
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

function signalNumber(name: string | undefined): number {
  const known = new Map<string, number>(Object.entries(constants.signals))
  return known.get(name ?? '') ?? 0
}
