/** Sends programs and trees: each compressed file is read once, a window at a time, and every host gets the same window. */
import { once } from 'node:events'
import { type FileHandle, open } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { type Problem, ProblemError } from '../../diagnostic/problem.ts'
import { pushScript, pushTreeScript } from '../../shell/change/push.ts'
import { ask, ScriptError } from '../../ssh/ask.ts'
import type { Connection } from '../../ssh/connection.ts'
import { transferProblem } from '../messages.ts'
import { problemsOf } from '../session/hosts.ts'

/** Bytes held in memory for each program under way. */
const windowSize = 4 * 1024 * 1024
/** Programs under way at once: more only takes memory. */
const programsAtOnce = 2
/** Milliseconds in which a host has to take one window. */
const windowTimeout = 120_000

export interface Shipment {
  /** Of what lies unpacked on the host. */
  readonly sha256: string
  readonly path: string
  /** It is a directory, and comes as one stream. */
  readonly tree?: true
  readonly compressed: { readonly path: string; readonly size: number }
  readonly hosts: readonly Connection[]
}

interface PushEvents {
  /** Bytes sent since the last call, all hosts together. */
  readonly onBytes: (count: number) => void
  /** Told once for each host and program that did not arrive. */
  readonly onFailed: (host: string, problems: readonly Problem[]) => void
  /** Once aborted, no further window is sent, and what is then cut short is no failure. */
  readonly signal: AbortSignal
}

/** Never rejects: what did not arrive is told. */
export async function push(shipments: readonly Shipment[], events: PushEvents): Promise<void> {
  const weight = ({ compressed, hosts }: Shipment) => compressed.size * hosts.length
  const queue = [...shipments].sort((a, b) => weight(b) - weight(a))
  const worker = async () => {
    for (let next = queue.shift(); next && !events.signal.aborted; next = queue.shift())
      await ship(next, events)
  }
  await Promise.all(Array.from({ length: programsAtOnce }, worker))
}

async function ship(shipment: Shipment, events: PushEvents): Promise<void> {
  let file: FileHandle
  try {
    file = await open(shipment.compressed.path)
  } catch (failure) {
    const unread = unreadable(shipment, failure)
    for (const { host } of shipment.hosts) events.onFailed(host, problemsOf(unread, host))
    return
  }
  const feeds = shipment.hosts.map(connection => {
    const stream = new PassThrough({ highWaterMark: windowSize })
    // Only what waits for it has to be told.
    stream.on('error', () => {})
    return { connection, stream }
  })
  const arrivals = feeds.map(async ({ connection, stream }) => {
    try {
      await receive(connection, shipment, stream)
    } catch (failure) {
      if (!events.signal.aborted) events.onFailed(connection.host, problemsOf(failure, connection.host))
    } finally {
      stream.destroy(new Error('it has no reader left'))
    }
  })
  const streams = feeds.map(feed => feed.stream)
  try {
    await send(file, shipment, streams, events)
    for (const stream of streams) stream.end()
  } catch (failure) {
    for (const stream of streams) stream.destroy(failure as Error)
  } finally {
    await file.close()
  }
  await Promise.all(arrivals)
}

/** Every host gets a window before any gets the next. Rejects where the file cannot be read, or the run was aborted. */
async function send(
  file: FileHandle,
  shipment: Shipment,
  streams: readonly PassThrough[],
  { onBytes, signal }: PushEvents,
): Promise<void> {
  for (let position = 0; position < shipment.compressed.size; ) {
    signal.throwIfAborted()
    const buffer = Buffer.allocUnsafe(Math.min(windowSize, shipment.compressed.size - position))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position).catch(failure => {
      throw unreadable(shipment, failure)
    })
    if (bytesRead === 0) throw unreadable(shipment, new Error('it is shorter than it was'))
    position += bytesRead
    await Promise.all(streams.map(stream => offer(stream, buffer.subarray(0, bytesRead))))
    onBytes(bytesRead * streams.length)
  }
}

/** Rejects with a ProblemError where the program did not arrive whole. */
async function receive(connection: Connection, shipment: Shipment, stream: PassThrough): Promise<void> {
  const { host } = connection
  const timeout = windowTimeout * Math.ceil(1 + shipment.compressed.size / windowSize)
  const receiving = shipment.tree ? pushTreeScript : pushScript
  const sent = { ...receiving(shipment.path), stdin: () => stream, timeout }
  const arrived = await ask(connection, sent).catch((failure: unknown) => {
    if (failure instanceof ScriptError) return refuse(host, shipment, failure.stderr || failure.message)
    if (stream.errored instanceof ProblemError) throw stream.errored
    // Why the stream ended says more than that the command's input did.
    if (stream.errored) return refuse(host, shipment, stream.errored.message)
    throw failure
  })
  if (arrived !== shipment.sha256)
    refuse(host, shipment, `its SHA-256 there is ${arrived}, not ${shipment.sha256}`)
}

/** The file lies on this machine: nothing is wrong with the hosts. */
function unreadable(shipment: Shipment, failure: unknown): ProblemError {
  const { compressed, path } = shipment
  const where = { resource: idOf(shipment) }
  return new ProblemError([transferProblem.notSent(where, path, compressed.path, (failure as Error).message)])
}

function refuse(host: string, shipment: Shipment, seen: string): never {
  const where = { host, resource: idOf(shipment) }
  throw new ProblemError([transferProblem.notArrived(where, shipment.path, seen)])
}

/** As in the JSON document. */
function idOf({ path, tree }: Shipment): string {
  return `${tree ? 'tree' : 'program'}:${path}`
}

/** Resolves once the host has taken the window, or takes none any more; one that takes too long is given up. */
async function offer(stream: PassThrough, window: Uint8Array): Promise<void> {
  if (stream.destroyed || stream.write(window)) return
  const late = AbortSignal.timeout(windowTimeout)
  // A stream that is destroyed meanwhile rejects here; its own receiver tells why.
  await once(stream, 'drain', { signal: late }).catch(() => {
    if (late.aborted) stream.destroy(new Error(`no data was taken for ${windowTimeout / 1000} s`))
  })
}
