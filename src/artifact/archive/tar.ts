/** The one file that knows tar-stream's reading side. */
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Extract, extract, type Header } from 'tar-stream'
import { bounded } from '../../trust/bounded.ts'

/** Bytes: upstream's largest archive has 0.3 GB. A few megabytes of gzip can stand for days of zeros. */
const largestTar = 2 ** 32
/** Upstream's largest archive has some dozens, a package of Debian some thousands. */
const mostEntries = 100_000
/** Bytes of a header with long names or attributes, and of all of an archive: tar-stream makes an object of each. */
const largestHeader = 2 ** 16
const mostHeaders = 2 ** 26

interface TarLimits {
  readonly limit?: number
  readonly entries?: number
  readonly signal?: AbortSignal | undefined
  /** Is told of what is no plain file. */
  readonly other?: (name: string, header: Header) => Promise<void>
}

/** Hands over each wanted plain file by its path without a leading `./`. `take` must read the entry to its end. */
export async function readTar(
  source: Readable,
  wanted: (name: string) => boolean,
  take: (name: string, content: Readable, header: Header) => Promise<void>,
  { limit = largestTar, entries = mostEntries, signal, other }: TarLimits = {},
): Promise<void> {
  const tar = boundedExtract()
  const most = bounded(limit, () => new Error(`the archive unpacks to more than ${limit} bytes`))
  const fed = pipeline(source, most, tar, { signal })
  // The loop below reports the same failure; without this it would count as unhandled until then.
  fed.catch(() => {})
  let count = 0
  for await (const entry of tar) {
    count += 1
    if (count > entries) throw new Error(`the archive has more than ${entries} entries`)
    const name = entry.header.name.replace(/^\.\//, '')
    const { type } = entry.header
    if (type === 'file' && wanted(name)) await take(name, entry as unknown as Readable, entry.header)
    else {
      if (type !== 'file') await other?.(name, entry.header)
      entry.resume()
    }
  }
  await fed
}

/** Neither is in tar-stream's types. It hands over each long header here, before it reads what that says. */
interface LongHeaders {
  readonly _header: Header
  _decodeLongHeader(content: Uint8Array): void
}

function boundedExtract(): Extract {
  const tar = extract()
  const inner = tar as unknown as LongHeaders
  const decode = inner._decodeLongHeader
  let total = 0
  let globals = 0
  inner._decodeLongHeader = content => {
    const { size, type } = inner._header
    total += size ?? 0
    if (content.length > largestHeader)
      throw new Error(`a header in the archive has more than ${largestHeader} bytes`)
    if (total > mostHeaders) throw new Error(`the headers in the archive have more than ${mostHeaders} bytes`)
    if ((type as string) !== 'pax-global-header') return decode.call(tar, content)
    globals += 1
    if (globals > 1) throw new Error('the archive has more than one global header')
    // It is left unread: tar-stream would copy it for each entry, and no release says a name or a size there.
  }
  return tar
}
