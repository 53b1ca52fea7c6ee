/** Sends programs: each compressed file is read once, a window at a time, and every host gets the same window. */
import { open } from 'node:fs/promises'
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

/** Never rejects. `onFailed` is told once for each host and program that did not arrive, `onBytes` of all sent. */
export async function push(
  shipments: readonly Shipment[],
  onBytes: (count: number) => void,
  onFailed: (host: string, problems: readonly Problem[]) => void,
): Promise<void> {
  const queue = [...shipments].sort(
    (a, b) => b.compressed.size * b.hosts.length - a.compressed.size * a.hosts.length,
  )
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await ship(next, onBytes, onFailed)
  }
  await Promise.all(Array.from({ length: programsAtOnce }, worker))
}

async function ship(
  shipment: Shipment,
  onBytes: (count: number) => void,
  onFailed: (host: string, problems: readonly Problem[]) => void,
): Promise<void> {
  const feeds = shipment.hosts.map(connection => ({
    connection,
    stream: new PassThrough({ highWaterMark: windowSize }),
  }))
  const arrivals = feeds.map(async ({ connection, stream }) => {
    try {
      await receive(connection, shipment, stream)
    } catch (failure) {
      onFailed(connection.host, problemsOf(failure, connection.host))
    } finally {
      stream.destroy()
    }
  })
  const file = await open(shipment.compressed.path)
  try {
    for (let position = 0; position < shipment.compressed.size; ) {
      const buffer = Buffer.allocUnsafe(Math.min(windowSize, shipment.compressed.size - position))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
      if (bytesRead === 0) break
      position += bytesRead
      await Promise.all(feeds.map(feed => offer(feed.stream, buffer.subarray(0, bytesRead))))
      onBytes(bytesRead * shipment.hosts.length)
    }
  } finally {
    await file.close()
    for (const feed of feeds) feed.stream.end()
  }
  await Promise.all(arrivals)
}

async function receive(
  connection: Connection,
  shipment: Shipment,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const result = await connection.run({
    script: pushScript(shipment.path),
    stdin: chunks,
    timeout: windowTimeout * Math.ceil(1 + shipment.compressed.size / windowSize),
  })
  const arrived = result.stdout.toString('utf8').slice(0, 64)
  if (result.code === 0 && arrived === shipment.sha256) return
  const seen =
    result.code === null
      ? 'the connection ended in the middle'
      : result.code === 0
        ? `its SHA-256 there is ${arrived}, not ${shipment.sha256}`
        : result.stderr.trim()
  throw new ProblemError([
    error(`${shipment.path} did not arrive: ${seen}`, {
      host: connection.host,
      resource: `program:${shipment.path}`,
      remedy: 'see that the disk has room and the connection is steady, then run again',
    }),
  ])
}

/** Resolves once the host has taken the window, or will take none any more. */
async function offer(stream: PassThrough, window: Uint8Array): Promise<void> {
  if (stream.destroyed || stream.write(window)) return
  await new Promise<void>(resolve => {
    stream.once('drain', resolve)
    stream.once('close', resolve)
  })
}
