/** What lies in the cache: whether it is good, and how it gets there. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, lstat, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { measured } from '../../trust/bounded.ts'
import { isOurs } from '../../trust/ours.ts'
import { readPlain, readPlainText, TooLarge } from '../../trust/plain-file.ts'
import { replaceFile } from '../../trust/replace-file.ts'
import { cachedHash, type ReleaseFile } from '../model.ts'
import {
  type Cache,
  compressedPath,
  fileMode,
  linkTo,
  makeTemporary,
  makeWithin,
  newFile,
  temporaryPath,
  unpackedPath,
} from './cache.ts'

/** Bytes. */
const largestNote = 1024

/** Puts a verified temporary file in its place and remembers that it is good. */
export async function commit(cache: Cache, temporary: string, path: string): Promise<void> {
  await makeWithin(cache, dirname(path))
  await rename(temporary, path)
  const now = await facts(path)
  if (now !== undefined) await writeNote(path, now)
}

/** The size of the compressed file where the cache holds it and it is good; undefined where it has to be fetched. */
export async function checkCompressed(cache: Cache, file: ReleaseFile): Promise<number | undefined> {
  const path = compressedPath(cache, cachedHash(file))
  const good =
    (isOurs(path) ? await check(path, () => isContent(path, file)) : await adopt(path, cache, file)) ||
    (cache.foreign !== undefined &&
      (await adopt(compressedPath({ directory: cache.foreign }, cachedHash(file)), cache, file)))
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
    await commit(cache, copy, compressedPath(cache, cachedHash(file)))
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
    if (!(await isContent(compressedPath(cache, cachedHash(file)), file, temporary))) return false
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
  const mark = notePath(path)
  if (isOurs(mark) && now === (await readPlainText(mark, largestNote).catch(() => undefined))) return true
  if (!(await verify())) return false
  // The stamp is of the file as it was before it was read: a change in between shows up next time.
  await writeNote(path, now)
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

function notePath(path: string): string {
  return `${path}.verified`
}

async function writeNote(path: string, content: string): Promise<void> {
  // A cache that this user may only read still serves; it is verified again each time.
  await replaceFile(notePath(path), content, fileMode).catch(() => {})
}

/** Whether a compressed file unpacks to that size and hash; copies the content to `target` where one is given. */
async function isContent(path: string, file: ReleaseFile, target?: string): Promise<boolean> {
  const { stream, seen } = measured(file.size, () => new Error('too large'))
  const sink = target ? newFile(target) : new PassThrough().resume()
  try {
    await pipeline(createReadStream(path), createGunzip(), stream, sink)
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException
    // An error of the file system is one; what is left says that the content is bad.
    if (syscall !== undefined && code !== 'ENOENT') throw cause
    return false
  }
  const { size, sha256 } = seen()
  return size === file.size && sha256 === cachedHash(file)
}
