/** One release: archives obtained, files taken out, hashed, and put into the cache. */
import { basename } from 'node:path'
import type { ArchiveMember } from '../../roles/release.ts'
import { error, ProblemError } from '../diagnostic/problem.ts'
import type { Cache } from './cache.ts'
import { recallContents, rememberContents } from './contents.ts'
import { commitAll, discard, type Extracted, extract } from './extract.ts'
import type { LockEntry } from './lock.ts'
import type { ReleaseFile } from './model.ts'
import type { Archive, ReleaseKey, Source } from './source.ts'

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

/**
 * Fetches a release, which is these archives, into the cache. `fresh`: from the source, whatever the cache says that the
 * archives hold. Throws a ProblemError; nothing of a release that fails is put into the cache.
 */
export async function fetchRelease(
  cache: Cache,
  source: Source,
  key: ReleaseKey,
  archives: readonly Archive[],
  { fresh = false }: { readonly fresh?: boolean } = {},
): Promise<FetchedRelease> {
  const members = source.members(key)
  const results = await Promise.allSettled(
    archives.map(archive => takeOut(cache, source, key, archive, fresh)),
  )
  const taken = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  try {
    const failed = results.find(result => result.status === 'rejected')
    if (failed) throw failed.reason
    const found = taken.flatMap(one => one.files)
    const files = members.map(({ member, path }) => {
      const file = found.find(one => one.path === path)
      if (file) return file
      throw new ProblemError([
        error(`${archives.map(archive => archive.name).join(' and ')} holds no ${member}`, {
          remedy: `promha cannot install this build of ${key.component}: choose another version or source.`,
        }),
      ])
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

/** An archive that is called as its only member is the program itself. */
function formatOf(
  { format }: Pick<Source, 'format'>,
  { name }: Archive,
  members: readonly ArchiveMember[],
): Source['format'] | 'program' {
  const [only, another] = members
  return format === 'tar.gz' && !another && only?.member === basename(name) ? 'program' : format
}

async function takeOut(
  cache: Cache,
  source: Source,
  key: ReleaseKey,
  archive: Archive,
  fresh: boolean,
): Promise<Taken> {
  const members = source.members(key)
  const known = fresh ? undefined : await recallContents(cache, archive.sha256, members)
  if (known) return { archive, files: known, extracted: [] }
  const obtained = await source.obtain(key, archive)
  try {
    const extracted = await extract(cache, obtained.path, formatOf(source, archive, members), members)
    return { archive, files: extracted.map(one => one.file), extracted }
  } catch (cause) {
    const { code, message, syscall } = cause as NodeJS.ErrnoException
    const ofFileSystem = /^E[A-Z]+$/.test(code ?? '') && !syscall?.startsWith('spawn')
    if (cause instanceof ProblemError || ofFileSystem) throw cause
    throw new ProblemError([
      error(`${basename(archive.name)} has the right hash but cannot be unpacked`, { detail: message }),
    ])
  } finally {
    await obtained.dispose()
  }
}
