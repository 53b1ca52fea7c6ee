/** Writes to a command's stdin no faster than it reads. */
import type { Writable } from 'node:stream'

/**
 * Sends the head, then the source, then end-of-file. Stops quietly once `ended` says that the reader has ended.
 * Rejects with what the source throws.
 */
export async function feed(
  stream: Writable,
  head: Uint8Array,
  source: Uint8Array | AsyncIterable<Uint8Array> | undefined,
  ended: AbortSignal,
): Promise<void> {
  if (head.length > 0) await write(stream, head, ended)
  if (source instanceof Uint8Array) {
    if (source.length > 0) await write(stream, source, ended)
  } else if (source !== undefined) {
    for await (const chunk of source) {
      if (ended.aborted) return
      await write(stream, chunk, ended)
    }
  }
  if (!ended.aborted) stream.end()
}

function write(stream: Writable, chunk: Uint8Array, ended: AbortSignal): Promise<void> {
  if (ended.aborted || stream.write(chunk)) return Promise.resolve()
  return new Promise(resolve => {
    const go = () => {
      stream.removeListener('drain', go)
      ended.removeEventListener('abort', go)
      resolve()
    }
    stream.once('drain', go)
    ended.addEventListener('abort', go, { once: true })
  })
}
