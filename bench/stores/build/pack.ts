/** Puts what was built into the archive in which upstream publishes it, for `artifacts: { from: DIRECTORY }`. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { UpstreamRelease } from '../../../roles/release.ts'

/** The same programs are the same archive. */
const unixEpoch = new Date(0)

/**
 * Writes the archive and its list of hashes into a directory.
 * @param built holds each program under the name that it has on a host
 * @param release with its version and architecture filled in
 */
export async function packRelease(built: string, release: UpstreamRelease, into: string): Promise<void> {
  const { archive, checksums, members } = release
  const tar = pack()
  for (const { member, path, mode } of members)
    tar.entry({ name: member, mode, mtime: unixEpoch }, await readFile(join(built, basename(path))))
  tar.finalize()
  // The programs are stripped already: the best compression takes long and gains little.
  const content = gzipSync(await buffer(tar), { level: 1 })
  await mkdir(into, { recursive: true })
  await writeFile(join(into, archive), content)
  const hash = createHash('sha256').update(content).digest('hex')
  await writeFile(join(into, checksums), `${hash}  ${archive}\n`, { flag: 'a' })
}
