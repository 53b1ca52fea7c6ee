/** The one file that knows tar-stream's reading side. */
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'

/** Bytes: upstream's largest archive has 0.3 GB. A few megabytes of gzip can stand for days of zeros. */
const largestTar = 2 ** 32

/**
 * Reads an uncompressed tar stream and hands over each plain file that is wanted, by its path without a leading
 * `./`. `take` must read the entry to its end. Rejects where the stream is no tar, ends early
 * or is longer than `limit` bytes.
 */
export async function readTar(
  source: Readable,
  wanted: (name: string) => boolean,
  take: (name: string, content: Readable) => Promise<void>,
  limit = largestTar,
): Promise<void> {
  const tar = extract()
  let size = 0
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > limit) return done(new Error(`the archive unpacks to more than ${limit} bytes`))
      done(null, chunk)
    },
  })
  const fed = pipeline(source, bounded, tar)
  // The loop below reports the same failure; without this it would count as unhandled until then.
  fed.catch(() => {})
  for await (const entry of tar) {
    const name = entry.header.name.replace(/^\.\//, '')
    if (entry.header.type === 'file' && wanted(name)) await take(name, entry as unknown as Readable)
    else entry.resume()
  }
  await fed
}
