/** One release: archives obtained, files taken out, hashed, and put into the cache. */
import { basename } from 'node:path'
import { ProblemError } from '../diagnostic/problem.ts'
import { commitAll, discard, type Extracted, extract } from './archive/extract.ts'
import type { Cache } from './cache/cache.ts'
import { recallContents, rememberContents } from './cache/contents.ts'
import type { LockEntry } from './lock/lock.ts'
import { fetchProblem } from './messages.ts'
import type { ReleaseFile } from './model.ts'
import type { Archive, ReleaseKey, ReleaseSource } from './source/source.ts'

/** What one archive gave; `extracted` is empty where the cache held it all. */
interface Taken {
  readonly archive: Archive
  readonly files: readonly ReleaseFile[]
  readonly extracted: readonly Extracted[]
}

interface FetchedRelease {
  readonly entry: LockEntry
  /** Every file was taken out of an archive now; what the cache says of an archive was not relied on. */
  readonly whole: boolean
}

interface FetchOptions {
  /** Those of which the release is made. */
  readonly archives: readonly Archive[]
  /** From the source, whatever the cache says that the archives hold. */
  readonly fromSource?: boolean
  readonly signal?: AbortSignal | undefined
}

/** Fetches a release into the cache. Throws a ProblemError; nothing of a release that fails is put into the cache. */
export async function fetchRelease(
  cache: Cache,
  source: ReleaseSource,
  key: ReleaseKey,
  options: FetchOptions,
): Promise<FetchedRelease> {
  const { archives } = options
  const members = source.members(key)
  const results = await Promise.allSettled(archives.map(one => takeOut(cache, source, key, one, options)))
  const taken = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  try {
    const failed = results.find(result => result.status === 'rejected')
    if (failed) throw failed.reason
    const found = taken.flatMap(one => one.files)
    const files = members.map(({ member, path }) => {
      const file = found.find(one => one.path === path)
      if (file) return file
      const names = archives.map(archive => archive.name)
      throw new ProblemError([fetchProblem.notInArchive({}, names, member, key.component)])
    })
    for (const one of taken.filter(({ extracted }) => extracted.length > 0)) {
      await commitAll(cache, one.extracted)
      await rememberContents(cache, one.archive.sha256, members, one.files)
    }
    const whole = taken.every(({ files, extracted }) => files.length === extracted.length)
    return { entry: { ...key, source: source.name, archives, files }, whole }
  } finally {
    await discard(taken.flatMap(one => one.extracted))
  }
}

async function takeOut(
  cache: Cache,
  source: ReleaseSource,
  key: ReleaseKey,
  archive: Archive,
  { fromSource = false, signal }: Pick<FetchOptions, 'fromSource' | 'signal'>,
): Promise<Taken> {
  const members = source.members(key)
  const known = fromSource ? undefined : await recallContents(cache, archive.sha256, members)
  if (known) return { archive, files: known, extracted: [] }
  const obtained = await source.obtain(key, archive)
  try {
    // An archive that is called as its only member is the program itself.
    const [only, another] = members
    const isProgram = source.format === 'tar.gz' && !another && only?.member === basename(archive.name)
    const packed = { path: obtained.path, format: isProgram ? ('program' as const) : source.format }
    const extracted = await extract(cache, packed, members, signal)
    return { archive, files: extracted.map(one => one.file), extracted }
  } catch (cause) {
    const { code, message, name, syscall } = cause as NodeJS.ErrnoException
    const ofFileSystem = /^E[A-Z]+$/.test(code ?? '') && !syscall?.startsWith('spawn')
    if (cause instanceof ProblemError || ofFileSystem || name === 'AbortError') throw cause
    throw new ProblemError([fetchProblem.notUnpackable({}, basename(archive.name), message)])
  } finally {
    await obtained.dispose()
  }
}
