/** Releases from a directory: all archives side by side, or laid out like a mirror. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { hashFile } from './cache.ts'
import { defaultVersion, upstreamRelease } from './catalog.ts'
import { findChecksum, leadingChecksum } from './checksums.ts'
import { checksumProblem } from './http-problem.ts'
import { UnfetchedError } from './model.ts'
import type { Archive, ReleaseKey, Source } from './source.ts'

/** Archives and their `sha256sums.txt` or `ARCHIVE.sha256` lie in `directory` itself or in upstream's folders below it. */
export function directorySource(directory: string, isLocked: (archive: Archive) => boolean): Source {
  return {
    name: 'upstream',
    provenance: 'other',
    format: 'tar.gz',
    defaultVersion: async component => defaultVersion(component),
    members: key => upstreamRelease(key.component, key.version, key.arch).members,
    resolve: async key => {
      const { archive, checksums } = upstreamRelease(key.component, key.version, key.arch)
      const folder = await findFolder(directory, key)
      const sha256 =
        findChecksum(await readOptional(join(folder, checksums)), archive) ??
        leadingChecksum(await readOptional(join(folder, `${archive}.sha256`)))
      if (sha256 !== undefined) return [{ name: archive, sha256 }]
      throw new ProblemError([
        error(`${join(folder, archive)} has no checksum beside it`, {
          detail: `Neither ${join(folder, checksums)} names it, nor is there a ${archive}.sha256.`,
          remedy: `Copy upstream's ${checksums} there too.`,
        }),
      ])
    },
    obtain: async (key, archive) => {
      const path = join(await findFolder(directory, key), archive.name)
      const seen = await hashFile(path)
      if (seen === archive.sha256) return { path, dispose: async () => {} }
      const stated = isLocked(archive) ? 'locked' : 'published'
      throw new ProblemError([checksumProblem(path, archive.sha256, seen, stated)])
    },
  }
}

async function findFolder(directory: string, key: ReleaseKey): Promise<string> {
  const { folder, archive } = upstreamRelease(key.component, key.version, key.arch)
  const places = [directory, join(directory, folder)]
  for (const place of places) {
    if (await isFile(join(place, archive))) return place
  }
  throw new UnfetchedError([
    error(`${key.component} ${key.version} for ${key.arch} was not found in ${directory}`, {
      detail: `Looked for ${places.map(place => join(place, archive)).join(' and ')}.`,
      remedy: `Put the archive and its checksum file there, or check \`versions.${key.component}\` and \`artifacts.from\`.`,
    }),
  ])
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isFile(),
    () => false,
  )
}

async function readOptional(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return ''
    throw cause
  })
}
