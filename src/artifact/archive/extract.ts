/** An archive whose hash is checked → the wanted files of it, hashed and compressed under temporary names. */
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { ArchiveMember } from '../../../roles/release.ts'
import { runStreaming } from '../../process/child.ts'
import { measured } from '../../trust/bounded.ts'
import { type Cache, compressedPath, newFile, temporaryPath } from '../cache/cache.ts'
import { commit } from '../cache/verified.ts'
import { cachedHash, type ReleaseFile } from '../model.ts'
import type { ReleaseSource } from '../source/source.ts'
import { readTar } from './tar.ts'
import { packTree } from './tree.ts'

/** No program is near this; a broken or hostile archive is. */
const largestFile = 2 ** 31

/** Level 6: level 1 would save one second on 100 MB once, and cost a tenth more on each push. */
const level = 6

export interface Extracted {
  readonly file: ReleaseFile
  readonly temporary: string
}

/** A file that was obtained. `program`: it is no archive but the program itself. */
interface Packed {
  readonly path: string
  readonly format: ReleaseSource['format'] | 'program'
}

/** Takes the members that an archive has, to be committed or discarded. Rejects if it is unreadable, ambiguous or empty. */
export async function extract(
  cache: Cache,
  { path: archive, format }: Packed,
  members: readonly ArchiveMember[],
  signal?: AbortSignal,
): Promise<readonly Extracted[]> {
  const taken: Extracted[] = []
  const [only] = members
  if (only?.strip !== undefined) return [await extractTree(cache, archive, only, signal)]
  try {
    await read(archive, format, members, signal, async ({ member, path, mode }, content) => {
      if (taken.some(({ file }) => file.path === path))
        throw new Error(`more than one file in it is ${member}`)
      const temporary = temporaryPath(cache)
      // Listed before it is written, so that a failure removes it too.
      const index = taken.push({ file: { path, sha256: '', size: 0 }, temporary }) - 1
      const file = { path, ...(await compress(content, temporary, signal)) }
      if (file.size === 0 && (mode & 0o111) !== 0) throw new Error(`${member} in it is empty`)
      taken[index] = { file, temporary }
    })
    return taken
  } catch (cause) {
    await discard(taken)
    throw cause
  }
}

/** The archive as one stream that a host unpacks. */
async function extractTree(
  cache: Cache,
  archive: string,
  { path, strip = 0 }: ArchiveMember,
  signal: AbortSignal | undefined,
): Promise<Extracted> {
  const temporary = temporaryPath(cache)
  const [gunzip, packed] = [createGunzip(), new PassThrough()]
  const packing = packTree(gunzip, { strip, out: packed, ...(signal ? { signal } : {}) }).then(
    hash => {
      packed.end()
      return hash
    },
    cause => {
      packed.destroy(cause)
      throw cause
    },
  )
  const compressing = compress(packed, temporary, signal)
  try {
    await allDone([pipeline(createReadStream(archive), gunzip, { signal }), packing, compressing])
    const { sha256, size } = await compressing
    return { file: { path, sha256: await packing, size, packed: sha256 }, temporary }
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
}

export async function commitAll(cache: Cache, extracted: readonly Extracted[]): Promise<void> {
  for (const { file, temporary } of extracted)
    await commit(cache, temporary, compressedPath(cache, cachedHash(file)))
}

export async function discard(extracted: readonly Extracted[]): Promise<void> {
  await Promise.all(extracted.map(({ temporary }) => rm(temporary, { force: true })))
}

async function read(
  archive: string,
  format: ReleaseSource['format'] | 'program',
  members: readonly ArchiveMember[],
  signal: AbortSignal | undefined,
  take: (member: ArchiveMember, content: Readable) => Promise<void>,
): Promise<void> {
  const [only] = members
  if (format === 'program' && only) return take(only, createReadStream(archive))
  const byName = new Map(members.map(member => [member.member, member]))
  // `..` is no directory of the archive.
  const find = (name: string) =>
    byName.get(name) ?? byName.get(name.replace(/^((?!\.\.?\/)[^/]+\/)?(?=[^/]*$)/, '*/'))
  const takeNamed = async (name: string, content: Readable) => {
    const member = find(name)
    if (member) await take(member, content)
  }
  const readMembers = (tar: Readable) => readTar(tar, name => find(name) !== undefined, takeNamed, { signal })
  if (format === 'deb') {
    // dpkg-deb is on every machine that has Debian's package sources, and knows every compression they use.
    const { stdout, done } = await runStreaming('dpkg-deb', ['--fsys-tarfile', archive])
    await allDone([readMembers(stdout), done])
  } else {
    const gunzip = createGunzip()
    await allDone([pipeline(createReadStream(archive), gunzip, { signal }), readMembers(gunzip)])
  }
}

/** Waits for the end of all, so that nothing is still writing when the first failure is told. */
async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  const failures = (await Promise.allSettled(work)).flatMap(result =>
    result.status === 'rejected' ? [result.reason as NodeJS.ErrnoException] : [],
  )
  // One part's failure breaks the others off; what the file system said is the cause, a broken pipe never is.
  const cause =
    failures.find(failure => failure.name === 'AbortError') ??
    failures.find(failure => failure.syscall !== undefined && failure.code !== 'EPIPE') ??
    failures.find(failure => failure.code !== 'ERR_STREAM_PREMATURE_CLOSE') ??
    failures[0]
  if (cause) throw cause
}

async function compress(
  content: Readable,
  target: string,
  signal: AbortSignal | undefined,
): Promise<{ sha256: string; size: number }> {
  const tooLarge = () => new Error(`a file in the archive is larger than ${largestFile} bytes`)
  const { stream, seen } = measured(largestFile, tooLarge)
  await pipeline(content, stream, createGzip({ level, chunkSize: 1 << 18 }), newFile(target), { signal })
  return seen()
}
