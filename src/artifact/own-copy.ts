/** A program out of a cache that others may change, for one use: what is run is the copy that was hashed. */
import { constants } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { findForeign } from '../trust/ours.ts'
import { compressedPath, prepareCache, unpack, unpackedPath } from './cache.ts'
import type { LocalProgram, ReleaseFile } from './model.ts'

/** Undefined if the compressed file does not hold that program. Throws what the file system says. */
export async function ownCopy(compressed: string, file: ReleaseFile): Promise<LocalProgram | undefined> {
  // For this user alone; laid out as a cache, so that the copy is unpacked and hashed as everything else is.
  const directory = await mkdtemp(join(resolve(tmpdir()), 'promha-run-'))
  const dispose = () => rm(directory, { recursive: true, force: true })
  try {
    const foreign = findForeign(directory)
    if (foreign)
      throw new ProblemError([
        error(`no program can be run from ${directory}: ${foreign.path} ${foreign.why}`, {
          remedy: 'Set TMPDIR to a directory that only this user and root can change.',
        }),
      ])
    const cache = { directory }
    await prepareCache(cache)
    await copyFile(compressed, compressedPath(cache, file.sha256), constants.COPYFILE_EXCL)
    if (await unpack(cache, file)) return { path: unpackedPath(cache, file), dispose }
  } catch (cause) {
    await dispose()
    throw cause
  }
  await dispose()
  return undefined
}
