/** An archive whose hash is checked → the wanted files of it, hashed and compressed under temporary names. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { ArchiveMember } from '../../roles/release.ts'
import { type Cache, commit, compressedPath, newFile, temporaryPath } from './cache.ts'
import type { ReleaseFile } from './model.ts'
import { runStreaming } from './process.ts'
import type { Source } from './source.ts'
import { readTar } from './tar.ts'

/** No program is near this; a broken or hostile archive is. */
const largestFile = 2 ** 31

/** Level 6: level 1 would save one second on 100 MB once, and cost a tenth more on each push. */
const level = 6

export interface Extracted {
  readonly file: ReleaseFile
  readonly temporary: string
}

/** Takes the members that an archive has; the caller commits or discards them. Rejects where it cannot be read. */
export async function extract(
  cache: Cache,
  archive: string,
  format: Source['format'] | 'program',
  members: readonly ArchiveMember[],
): Promise<readonly Extracted[]> {
  const taken: Extracted[] = []
  try {
    await read(archive, format, members, async (member, content) => {
      const temporary = temporaryPath(cache)
      // Listed before it is written, so that a failure removes it too.
      const index = taken.push({ file: { path: member.path, sha256: '', size: 0 }, temporary }) - 1
      taken[index] = { file: { path: member.path, ...(await compress(content, temporary)) }, temporary }
    })
    return taken
  } catch (cause) {
    await discard(taken)
    throw cause
  }
}

export async function commitAll(cache: Cache, extracted: readonly Extracted[]): Promise<void> {
  for (const { file, temporary } of extracted)
    await commit(cache, temporary, compressedPath(cache, file.sha256))
}

export async function discard(extracted: readonly Extracted[]): Promise<void> {
  await Promise.all(extracted.map(({ temporary }) => rm(temporary, { force: true })))
}

async function read(
  archive: string,
  format: Source['format'] | 'program',
  members: readonly ArchiveMember[],
  take: (member: ArchiveMember, content: Readable) => Promise<void>,
): Promise<void> {
  const [only] = members
  if (format === 'program' && only) return take(only, createReadStream(archive))
  const byName = new Map(members.map(member => [member.member, member]))
  const find = (name: string) => byName.get(name) ?? byName.get(name.replace(/^([^/]*\/)?(?=[^/]*$)/, '*/'))
  const readMembers = (tar: Readable) =>
    readTar(
      tar,
      name => find(name) !== undefined,
      async (name, content) => {
        const member = find(name)
        if (member) await take(member, content)
      },
    )
  if (format === 'deb') {
    // dpkg-deb is on every machine that has Debian's package sources, and knows every compression they use.
    const { stdout, done } = await runStreaming('dpkg-deb', ['--fsys-tarfile', archive])
    await allDone([readMembers(stdout), done])
  } else {
    const gunzip = createGunzip()
    await allDone([pipeline(createReadStream(archive), gunzip), readMembers(gunzip)])
  }
}

/** Waits for the end of all, so that nothing is still writing when the first failure is told. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(work)).flatMap(result =>
    result.status === 'rejected' ? [result.reason as NodeJS.ErrnoException] : [],
  )
  // One part's failure breaks the others off; what the file system said is the cause, a broken pipe never is.
  const cause =
    failures.find(failure => failure.syscall !== undefined && failure.code !== 'EPIPE') ??
    failures.find(failure => failure.code !== 'ERR_STREAM_PREMATURE_CLOSE') ??
    failures[0]
  if (cause) throw cause
}

async function compress(content: Readable, target: string): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256')
  let size = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > largestFile)
        return done(new Error(`a file in the archive is larger than ${largestFile} bytes`))
      hash.update(chunk)
      done(null, chunk)
    },
  })
  await pipeline(content, count, createGzip({ level, chunkSize: 1 << 18 }), newFile(target))
  return { sha256: hash.digest('hex'), size }
}
