/** Files of directories that others can change: opened once, and only if they are plain files. */
import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { bounded } from './bounded.ts'

interface Opening {
  readonly follow?: boolean
}

/** A plain file from one opening; undefined if there is none. Fails with a {@link TooLarge} if it grows beyond `limit` bytes. */
export async function readPlain(
  path: string,
  limit: number,
  { follow = false }: Opening = {},
): Promise<Readable | undefined> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (follow ? 0 : constants.O_NOFOLLOW)
  const handle = await open(path, flags).catch((cause: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(cause.code ?? '')) return undefined
    throw cause
  })
  if (handle === undefined) return undefined
  const found = await handle.stat()
  if (!found.isFile() || found.size > limit) {
    await handle.close()
    return undefined
  }
  const content = bounded(limit, () => new TooLarge(`${path} is larger than ${limit} bytes`))
  const stream = handle.createReadStream().on('error', cause => content.destroy(cause))
  return stream.pipe(content)
}

export class TooLarge extends Error {}

/** The same as text, whole. Undefined also if the file is larger than `limit` bytes. */
export async function readPlainText(
  path: string,
  limit: number,
  options?: Opening,
): Promise<string | undefined> {
  const stream = await readPlain(path, limit, options)
  return stream === undefined ? undefined : text(stream)
}

/** A file that a user names, links followed. Rejects if it is no plain file of at most `limit` bytes; with ENOENT if none. */
export async function readNamedFile(path: string, limit = 1024 * 1024): Promise<Buffer> {
  // It is the usual name of no file at all.
  if ((await realpath(path)) === '/dev/null') return Buffer.alloc(0)
  const stream = await readPlain(path, limit, { follow: true })
  if (stream === undefined) throw new Error(`it is not a plain file of at most ${limit} bytes`)
  return buffer(stream)
}
