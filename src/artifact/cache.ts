/**
 * The cache by content: `HASH.gz` holds the gzip-compressed file whose SHA-256 is HASH, `bin/HASH/NAME` an unpacked
 * copy for this machine. Beside each lies a stamp with its size, times and inode from when it was last verified, so
 * that it is read whole again only when one of them differs. Everything is written under a name of its own and
 * renamed when complete, so that several runs can share the cache.
 *
 * What others can change is neither believed nor written to: each file that is taken out of such a cache is copied into a
 * directory of this run alone, and hashed on the way.
 */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, lstatSync, rmSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { PassThrough, Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { error, type Problem, ProblemError, warning } from '../diagnostic/problem.ts'
import { requireOurs } from '../trust/foreign-problem.ts'
import { findForeign, isOurs } from '../trust/ours.ts'
import { readPlain, readPlainText, TooLarge } from '../trust/plain-file.ts'
import { makePrivateDirectory } from '../trust/private-directory.ts'
import { replaceFile } from '../trust/replace-file.ts'
import type { ReleaseFile } from './model.ts'

/** Bytes. */
const largestStamp = 1024
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
  const own = makePrivateDirectory('promha-cache-')
  if (temporary.length === 0) process.once('exit', removeTemporary)
  temporary.push(own)
  return { directory: own, foreign: directory }
}

const temporary: string[] = []

function removeTemporary(): void {
  for (const own of temporary) rmSync(own, { recursive: true, force: true })
}

/** Why nothing is kept in a cache; undefined if it is only ours. */
export function foreignCache(directory: string, severity: 'error' | 'warning'): Problem | undefined {
  const foreign = findForeign(directory)
  if (foreign === undefined) return undefined
  const problem = severity === 'error' ? error : warning
  return problem(`nothing is kept in the cache ${directory}, because others can change it`, {
    detail: `${foreign.path} ${foreign.why}.`,
    remedy: `${foreign.remedy} Or set \`artifacts.cache\` to a directory of your own.`,
  })
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
const signatureDirectory = /^signature-[A-Za-z0-9]{6}$/
/** Of a check of a signature, each in a `signature-XXXXXX` directory. */
export const signatureFiles = ['keyring.gpg', 'signature.asc', 'message'] as const

/**
 * Makes the cache's directories and removes what killed runs left in them long ago. The inventory says where the cache
 * is, so only what has a name of promha's own is removed.
 */
export async function prepareCache(cache: Cache): Promise<void> {
  const temporary = await makeTemporary(cache)
  for (const entry of await readdir(temporary, { withFileTypes: true })) {
    const path = join(temporary, entry.name)
    if (!(await isStale(path))) continue
    if (entry.isFile() && temporaryFile.test(entry.name)) await rm(path, { force: true })
    else if (entry.isDirectory() && signatureDirectory.test(entry.name)) await removeSignature(path)
  }
}

async function isStale(path: string): Promise<boolean> {
  return lstat(path).then(
    found => Date.now() - found.mtimeMs > staleAfter,
    () => false,
  )
}

async function removeSignature(directory: string): Promise<void> {
  for (const name of signatureFiles) await rm(join(directory, name), { force: true }).catch(() => {})
  // It stays if it holds anything else.
  await rmdir(directory).catch(() => {})
}

function makeTemporary(cache: Cache): Promise<string> {
  return makeWithin(cache, temporaryDirectory(cache))
}

/**
 * Makes the cache's directory or one below it. What is written there counts as verified, so no other user may replace it.
 * Throws a ProblemError if others can change the directory, or a link leads out of the cache.
 */
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
  throw new ProblemError([
    error(`the cache cannot be used: ${link} is a link`, {
      detail: 'Expected: a directory, because files would be written and removed where the link leads.',
      remedy: `Remove ${link}, or set \`artifacts.cache\` to a directory of your own.`,
    }),
  ])
}

/** The first link between the cache's directory, which may be one itself, and a directory below it. */
function linkTo(cache: Cache, directory: string): string | undefined {
  let at = cache.directory
  for (const name of relative(cache.directory, directory).split(sep)) {
    if (name === '') continue
    at = join(at, name)
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) return at
  }
  return undefined
}

/** Puts a verified temporary file in its place and remembers that it is good. */
export async function commit(cache: Cache, temporary: string, path: string): Promise<void> {
  await makeWithin(cache, dirname(path))
  await rename(temporary, path)
  await stamp(path)
}

/** The size of the compressed file where the cache holds it and it is good; undefined where it has to be fetched. */
export async function checkCompressed(cache: Cache, file: ReleaseFile): Promise<number | undefined> {
  const path = compressedPath(cache, file.sha256)
  const good =
    (isOurs(path) ? await check(path, () => isContent(path, file)) : await adopt(path, cache, file)) ||
    (cache.foreign !== undefined &&
      (await adopt(compressedPath({ directory: cache.foreign }, file.sha256), cache, file)))
  return good ? (await stat(path)).size : undefined
}

/** Copies a compressed file that others can change, and keeps the copy if that is good. */
async function adopt(from: string, cache: Cache, file: ReleaseFile): Promise<boolean> {
  // Compressing never adds more than this.
  const source = await readPlain(from, file.size + file.size / 100 + 4096)
  if (source === undefined) return false
  await makeTemporary(cache)
  const copy = temporaryPath(cache)
  try {
    await pipeline(source, newFile(copy))
    if (!(await isContent(copy, file))) return false
    await commit(cache, copy, compressedPath(cache, file.sha256))
    return true
  } catch (cause) {
    // It has grown while it was read.
    if (cause instanceof TooLarge) return false
    throw cause
  } finally {
    await rm(copy, { force: true })
  }
}

/** Whether a good unpacked copy lies in the cache. */
export async function checkUnpacked(cache: Cache, file: ReleaseFile): Promise<boolean> {
  const path = unpackedPath(cache, file)
  if (linkTo(cache, dirname(path)) !== undefined) return false
  return isOurs(path) && check(path, async () => (await hashFile(path)) === file.sha256)
}

/** Unpacks a compressed file of the cache into an executable copy. False where the compressed one is damaged. */
export async function unpack(cache: Cache, file: ReleaseFile): Promise<boolean> {
  const temporary = temporaryPath(cache)
  try {
    if (!(await isContent(compressedPath(cache, file.sha256), file, temporary))) return false
    await chmod(temporary, 0o755)
    await commit(cache, temporary, unpackedPath(cache, file))
    return true
  } finally {
    await rm(temporary, { force: true })
  }
}

/** SHA-256 of a whole file, in lower-case hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/** @param path a file that is ours */
async function check(path: string, verify: () => Promise<boolean>): Promise<boolean> {
  const now = await facts(path)
  if (now === undefined) return false
  const mark = stampPath(path)
  if (isOurs(mark) && now === (await readPlainText(mark, largestStamp).catch(() => undefined))) return true
  if (!(await verify())) return false
  // The stamp is of the file as it was before it was read: a change in between shows up next time.
  await writeStamp(path, now)
  return true
}

/** Undefined if there is no plain file: promha puts no link there, and one may lead to what never ends. */
async function facts(path: string): Promise<string | undefined> {
  try {
    const found = await lstat(path, { bigint: true })
    if (!found.isFile()) return undefined
    const { size, mtimeNs, ctimeNs, ino } = found
    return `${size} ${mtimeNs} ${ctimeNs} ${ino}\n`
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
}

function stampPath(path: string): string {
  return `${path}.verified`
}

async function stamp(path: string): Promise<void> {
  const now = await facts(path)
  if (now !== undefined) await writeStamp(path, now)
}

async function writeStamp(path: string, content: string): Promise<void> {
  // A cache that this user may only read still serves; it is verified again each time.
  await replaceFile(stampPath(path), content, fileMode).catch(() => {})
}

/** Whether a compressed file unpacks to that size and hash; copies the content to `target` where one is given. */
async function isContent(path: string, file: ReleaseFile, target?: string): Promise<boolean> {
  const hash = createHash('sha256')
  let size = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > file.size) return done(new Error('too large'))
      hash.update(chunk)
      done(null, chunk)
    },
  })
  const sink = target ? newFile(target) : new PassThrough().resume()
  try {
    await pipeline(createReadStream(path), createGunzip(), count, sink)
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException
    // An error of the file system is one; what is left says that the content is bad.
    if (syscall !== undefined && code !== 'ENOENT') throw cause
    return false
  }
  return size === file.size && hash.digest('hex') === file.sha256
}
