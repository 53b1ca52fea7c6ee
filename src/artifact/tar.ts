/** The one file that knows tar-stream's reading side. */
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'

/**
 * Reads an uncompressed tar stream and hands over each plain file that is wanted, by its path without a leading
 * `./`. `take` must read the entry to its end. Rejects where the stream is no tar or ends early.
 */
export async function readTar(
  source: Readable,
  wanted: (name: string) => boolean,
  take: (name: string, content: Readable) => Promise<void>,
): Promise<void> {
  const tar = extract()
  const fed = pipeline(source, tar)
  // The loop below reports the same failure; without this it would count as unhandled until then.
  fed.catch(() => {})
  for await (const entry of tar) {
    const name = entry.header.name.replace(/^\.\//, '')
    if (entry.header.type === 'file' && wanted(name)) await take(name, entry as unknown as Readable)
    else entry.resume()
  }
  await fed
}
