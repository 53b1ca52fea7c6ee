/** Sends programs: each compressed file is read once, a window at a time, and every host gets the same window. */
import { once } from 'node:events'
import { type FileHandle, open } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import { pushScript } from '../shell/push.ts'
import type { Connection } from '../ssh/connection.ts'
import { problemsOf } from './hosts.ts'

/** Bytes held in memory for each program under way. */
const windowSize = 4 * 1024 * 1024
/** Programs under way at once: more only takes memory. */
const programsAtOnce = 2
/** Milliseconds in which a host has to take one window. */
const windowTimeout = 120_000

export interface Shipment {
  /** Of the unpacked program. */
  readonly sha256: string
  readonly path: string
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
  const script = pushScript(shipment.path)
  const timeout = windowTimeout * Math.ceil(1 + shipment.compressed.size / windowSize)
  const result = await connection.run({ script, stdin: stream, timeout }).catch((failure: unknown) => {
    if (stream.errored instanceof ProblemError) throw stream.errored
    // Why the stream ended says more than that the command's input did.
    if (stream.errored) return refuse(host, shipment.path, stream.errored.message)
    throw failure
  })
  const arrived = result.stdout.toString('utf8').slice(0, 64)
  if (result.code === 0 && arrived === shipment.sha256) return
  if (result.code === 0)
    refuse(host, shipment.path, `its SHA-256 there is ${arrived}, not ${shipment.sha256}`)
  refuse(
    host,
    shipment.path,
    result.code === null ? 'the connection ended in the middle' : result.stderr.trim(),
  )
}

/** The file lies on this machine: nothing is wrong with the hosts. */
function unreadable({ path, compressed }: Shipment, failure: unknown): ProblemError {
  return new ProblemError([
    error(`${path} was not sent: ${compressed.path} could not be read: ${(failure as Error).message}`, {
      resource: `program:${path}`,
      remedy:
        'Run the command again: promha then checks that file, and fetches the program again if need be.',
    }),
  ])
}

function refuse(host: string, path: string, seen: string): never {
  throw new ProblemError([
    error(`${path} did not arrive: ${seen}`, {
      host,
      resource: `program:${path}`,
      remedy: 'see that the disk has room and the connection is steady, then run the command again',
    }),
  ])
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
