/** Releases from a directory: all archives side by side, or laid out like a mirror. */
import { realpath, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { releaseOf } from '../../../roles/index.ts'
import type { UpstreamRelease } from '../../../roles/release.ts'
import { ProblemError } from '../../diagnostic/problem.ts'
import { isBelow } from '../../trust/checkout.ts'
import { isOurs } from '../../trust/ours.ts'
import { readPlain, readPlainText } from '../../trust/plain-file.ts'
import { draftName } from '../../trust/replace-file.ts'
import { leadingChecksum, statedHash } from '../archive/checksums.ts'
import { newFile } from '../cache/cache.ts'
import { hashFile } from '../cache/verified.ts'
import { largestArchive } from '../http/download.ts'
import { checksumProblem } from '../http/problem.ts'
import { fetchProblem } from '../messages.ts'
import { AbsentError } from '../model.ts'
import { ofUpstream } from './github.ts'
import type { Archive, ReleaseKey, ReleaseSource } from './source.ts'
import type { Transfer } from './transfer.ts'

/** Bytes; upstream's have a few thousand. */
const largestChecksums = 1024 * 1024

/** Archives and their `sha256sums.txt` or `ARCHIVE.sha256` lie in `directory` itself or in upstream's folders below it. */
export function directorySource(
  directory: string,
  transfer: Pick<Transfer, 'directory' | 'prepare'>,
  isLocked: (archive: Archive) => boolean,
  releaseIn = releaseOf,
): ReleaseSource {
  const { partsOf, ...common } = ofUpstream(releaseIn)
  return {
    ...common,
    resolve: async key => {
      const { archive, checksums } = partsOf(key)
      const folder = await findFolder(directory, key, partsOf(key))
      if (checksums === '') return [{ name: archive, sha256: await hashFile(join(folder, archive)) }]
      const sha256 =
        statedHash(await readWithin(directory, join(folder, checksums)), archive, checksums) ??
        leadingChecksum(await readWithin(directory, join(folder, `${archive}.sha256`)))
      if (sha256 !== undefined) return [{ name: archive, sha256 }]
      const [path, beside] = [join(folder, archive), join(folder, checksums)]
      const place = { path, beside, archive, directory, checksums }
      throw new ProblemError([fetchProblem.noChecksumBeside({}, place)])
    },
    obtain: async (key, archive) => {
      const named = join(await findFolder(directory, key, partsOf(key)), archive.name)
      const path = await fileWithin(directory, named)
      if (path === undefined) throw notFound(directory, key, partsOf(key))
      const copy = isOurs(path) ? undefined : await copyInto(transfer, path)
      const dispose = async () => {
        if (copy !== undefined) await rm(copy, { force: true })
      }
      const seen = await hashFile(copy ?? path)
      if (seen === archive.sha256) return { path: copy ?? path, dispose }
      await dispose()
      const stated = isLocked(archive) ? 'locked' : 'published'
      throw new ProblemError([checksumProblem(named, archive.sha256, seen, stated)])
    },
  }
}

/** What others can change is hashed and unpacked from one copy, so that both are of the same bytes. */
async function copyInto({ directory, prepare }: Pick<Transfer, 'directory' | 'prepare'>, path: string) {
  await prepare()
  const copy = draftName(join(directory, 'archive'))
  const source = await readPlain(path, largestArchive, { follow: true })
  if (source === undefined) throw new ProblemError([fetchProblem.archiveNotPlain({}, path)])
  await pipeline(source, newFile(copy)).catch(async cause => {
    await rm(copy, { force: true })
    throw cause
  })
  return copy
}

type Parts = Pick<UpstreamRelease, 'folder' | 'archive'>

async function findFolder(directory: string, key: ReleaseKey, parts: Parts): Promise<string> {
  for (const place of placesOf(directory, parts)) {
    if ((await fileWithin(directory, join(place, parts.archive))) !== undefined) return place
  }
  throw notFound(directory, key, parts)
}

function placesOf(directory: string, { folder }: Parts): readonly string[] {
  return [directory, join(directory, folder)]
}

function notFound(directory: string, key: ReleaseKey, parts: Parts): AbsentError {
  const paths = placesOf(directory, parts).map(place => join(place, parts.archive))
  return new AbsentError([fetchProblem.notInDirectory({}, { ...key, directory, paths })])
}

/** The real path of a plain file; undefined if there is none, or a link leads out of the directory. */
async function fileWithin(directory: string, path: string): Promise<string | undefined> {
  try {
    const [root, real] = await Promise.all([realpath(directory), realpath(path)])
    return isBelow(real, root) && (await stat(real)).isFile() ? real : undefined
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined
    throw cause
  }
}

/** Empty if there is no such file below the directory: its content may be shown as a checksum. */
async function readWithin(directory: string, path: string): Promise<string> {
  const real = await fileWithin(directory, path)
  return (real === undefined ? undefined : await readPlainText(real, largestChecksums)) ?? ''
}
