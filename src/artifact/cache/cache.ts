/**
 * The cache by content: `HASH.gz` holds the gzip-compressed file whose SHA-256 is HASH, or the stream of a directory, and
 * `bin/HASH/NAME` an unpacked copy for this machine. Each has a stamp of its size, times and inode, and is read whole again only if one of them differs. Files
 * are renamed when complete, so that several runs can share the cache. If others can change it, what is taken out of it is
 * copied into a directory of this run alone, and hashed on the way.
 */
import { randomBytes } from 'node:crypto'
import { createWriteStream, lstatSync } from 'node:fs'
import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { Writable } from 'node:stream'
import { type Problem, ProblemError } from '../../diagnostic/problem.ts'
import { requireOurs } from '../../trust/foreign-problem.ts'
import { findForeign, isOurs } from '../../trust/ours.ts'
import { makeRunDirectory } from '../../trust/private-directory.ts'
import { fetchProblem } from '../messages.ts'
import type { ReleaseFile } from '../model.ts'

const staleAfter = 24 * 3600 * 1000
/** Whatever the umask, no group may write: what it can change is not believed. */
export const directoryMode = 0o755
export const fileMode = 0o644

export interface Cache {
  /** Only ours, and the only one that is written to. */
  readonly directory: string
  /** The cache that was asked for, if others can change it: only read. */
  readonly foreign?: string
}

/** The cache at that place; if others can change it, an empty one for this process alone with that one behind it. */
export function openCache(directory: string): Cache {
  if (isOurs(directory)) return { directory }
  return { directory: makeRunDirectory('promha-cache-'), foreign: directory }
}

/** A warning that nothing is kept in a cache; undefined if it is only ours. */
export function foreignCache(directory: string): Problem | undefined {
  const foreign = findForeign(directory)
  return foreign && fetchProblem.cacheNotOurs({}, directory, foreign)
}

export function compressedPath(cache: Cache, sha256: string): string {
  return join(cache.directory, `${sha256}.gz`)
}

export function unpackedPath(cache: Cache, file: ReleaseFile): string {
  return join(cache.directory, 'bin', file.sha256, basename(file.path))
}

export function temporaryDirectory(cache: Cache): string {
  return join(cache.directory, '.promha-tmp')
}

/** A new name in the cache's own file system, for this process alone. */
export function temporaryPath(cache: Cache): string {
  return join(temporaryDirectory(cache), `${process.pid}-${randomBytes(8).toString('hex')}`)
}

/** Writes a file of the cache that is not there yet. */
export function newFile(path: string): Writable {
  return createWriteStream(path, { flags: 'wx', mode: fileMode })
}

/** Temporary files: our own names, partial downloads, and copies that are hashed on the way. */
const temporaryFile = /^(\d+-[0-9a-f]{16}|[0-9a-f]{64}(\..+)?|\.archive\.[0-9a-f]{16}\.new)$/

/** Makes the directories and removes old remains: only by promha's own names, since the inventory says where the cache is. */
export async function prepareCache(cache: Cache): Promise<void> {
  const temporary = await makeTemporary(cache)
  for (const entry of await readdir(temporary, { withFileTypes: true })) {
    const path = join(temporary, entry.name)
    const found = await lstat(path).catch(() => undefined)
    const isStale = found !== undefined && Date.now() - found.mtimeMs > staleAfter
    if (isStale && entry.isFile() && temporaryFile.test(entry.name)) await rm(path, { force: true })
  }
}

export function makeTemporary(cache: Cache): Promise<string> {
  return makeWithin(cache, temporaryDirectory(cache))
}

/** Makes the cache's directory or one below. Throws a ProblemError if others can change it, or a link leads out of the cache. */
export async function makeWithin(cache: Cache, directory: string): Promise<string> {
  requireNoLink(cache, directory)
  await mkdir(directory, { recursive: true, mode: directoryMode })
  requireNoLink(cache, directory)
  // A directory of the cache may be somebody else's although the cache is not.
  requireOurs(directory, 'the cache cannot be used')
  return directory
}

function requireNoLink(cache: Cache, directory: string): void {
  const link = linkTo(cache, directory)
  if (link === undefined) return
  throw new ProblemError([fetchProblem.cacheIsLink({}, link)])
}

/** The first link between the cache's directory, which may be one itself, and a directory below it. */
export function linkTo(cache: Cache, directory: string): string | undefined {
  let at = cache.directory
  for (const name of relative(cache.directory, directory).split(sep)) {
    if (name === '') continue
    at = join(at, name)
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) return at
  }
  return undefined
}
