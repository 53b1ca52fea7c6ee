/** Files of directories that others can change: opened once, and only if they are plain files. */
import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { type Readable, Transform } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'

/**
 * The content of a plain file, from one opening, so that what is read is one file whatever happens to its name. A pipe
 * is not waited for. Undefined if there is no such file.
 * @param limit bytes; if the file grows beyond them, the stream fails with a {@link TooLarge}
 */
export async function readPlain(
  path: string,
  limit: number,
  { follow = false } = {},
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
  let size = 0
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > limit) return done(new TooLarge(`${path} is larger than ${limit} bytes`))
      done(null, chunk)
    },
  })
  return handle
    .createReadStream()
    .on('error', cause => bounded.destroy(cause))
    .pipe(bounded)
}

export class TooLarge extends Error {}

/** The same as text, whole. Undefined also if the file is larger than `limit` bytes. */
export async function readPlainText(
  path: string,
  limit: number,
  options: { readonly follow?: boolean } = {},
): Promise<string | undefined> {
  const stream = await readPlain(path, limit, options)
  return stream === undefined ? undefined : text(stream)
}

/**
 * A file that a user names, links followed. Rejects with ENOENT if there is none, and if it is no plain file of at most
 * `limit` bytes, such as a pipe or a device without end.
 */
export async function readNamedFile(path: string, limit = 1024 * 1024): Promise<Buffer> {
  // It is the usual name of no file at all.
  if ((await realpath(path)) === '/dev/null') return Buffer.alloc(0)
  const stream = await readPlain(path, limit, { follow: true })
  if (stream === undefined) throw new Error(`it is not a plain file of at most ${limit} bytes`)
  return buffer(stream)
}
