/** The versions of an inventory → verified programs: lock file first, then cache, then the source. */
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import {
  checkCompressed,
  checkUnpacked,
  compressedPath,
  foreignCache,
  openCache,
  prepareCache,
  temporaryDirectory,
  unpack,
  unpackedPath,
} from './cache.ts'
import { architectures, programFiles } from './catalog.ts'
import { diskProblem } from './disk-problem.ts'
import { conflict, describeKey, findEntry, type Lock, type LockEntry, withEntry } from './lock.ts'
import { lockPath, readLock, writeLock } from './lock-file.ts'
import { once, remember } from './memo.ts'
import type { Artifacts, DownloadProgress, Release, ReleaseFile } from './model.ts'
import { openSource } from './open-source.ts'
import type { ReleaseKey, Source } from './source.ts'
import { createTransfer } from './transfer.ts'
import { chooseVersions } from './versions.ts'

export interface OpenOptions {
  readonly emit: (progress: DownloadProgress) => void
  readonly warn?: (problem: Problem) => void
  /** Ask the source again and replace what the lock file holds. */
  readonly update?: boolean
  readonly signal?: AbortSignal
  /** Where the releases come from; what the inventory says where absent. */
  readonly source?: Source
}

/**
 * Opens the artifacts of an inventory. Touches the network only where Debian's suite has to say which version it
 * has: with `from: debian`, a component in use, no pin and nothing locked (or `update`). Throws a ProblemError.
 */
export async function openArtifacts(inventory: Inventory, options: OpenOptions): Promise<Artifacts> {
  const { emit, signal, update = false } = options
  const { kind, cache: directory } = inventory.artifacts
  const file = lockPath(inventory)
  const initial = await readLock(file)
  const cache = openCache(directory)
  let lock: Lock = initial

  const prepare = once(async () => {
    const foreign = foreignCache(directory, 'warning')
    if (foreign !== undefined) options.warn?.(foreign)
    await prepareCache(cache)
  })
  const guard = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch(cause => {
      throw diskProblem(cause, 'cannot use the cache:', directory)
    })

  const isLocked = ({ sha256 }: { sha256: string }) =>
    !update && initial.some(entry => entry.archives.some(archive => archive.sha256 === sha256))
  const temporary = temporaryDirectory(cache)
  const transfer = createTransfer({ directory: temporary, prepare, emit, isLocked, signal })
  const source = options.source ?? openSource(inventory.artifacts, transfer, isLocked)
  const versions = await guard(() => chooseVersions(inventory, initial, source, update))

  /** What is locked, where it names every file that this promha installs. */
  const lockedEntry = (key: ReleaseKey): LockEntry | undefined => {
    const entry = findEntry(lock, { ...key, source: source.name })
    const complete = programFiles(key.component, kind).every(({ path }) =>
      entry?.files.some(one => one.path === path),
    )
    return complete ? entry : undefined
  }

  const fetchEntry = async (key: ReleaseKey): Promise<LockEntry> => {
    await prepare()
    const { fetchRelease } = await import('./fetch-release.ts')
    const locked = update ? undefined : findEntry(initial, { ...key, source: source.name })
    const entry = await fetchRelease(cache, source, key, locked?.archives)
    const refused = locked && conflict(locked, entry, file.shown)
    if (refused) throw new ProblemError([refused])
    lock = withEntry(lock, entry)
    return entry
  }

  /** With `update`: what the source says now; the archives are fetched only where that is news. */
  const refresh = async (key: ReleaseKey): Promise<LockEntry> => {
    const locked = lockedEntry(key)
    if (!locked) return fetchEntry(key)
    const archives = await source.resolve(key)
    return conflict(locked, { archives, files: locked.files }, file.shown) ? fetchEntry(key) : locked
  }

  const releases = new Map<string, Promise<Release>>()
  const refetched = new Map<string, Promise<LockEntry>>()
  const nameOf = (key: ReleaseKey) => `${key.component} ${key.version} ${key.arch}`

  const release: Artifacts['release'] = (component, arch) => {
    requireArch(arch)
    const key: ReleaseKey = { component, version: version(component), arch }
    return remember(releases, nameOf(key), async () => {
      const locked = update ? undefined : lockedEntry(key)
      return toRelease(locked ?? (await guard(() => (update ? refresh(key) : fetchEntry(key)))))
    })
  }

  const version: Artifacts['version'] = component => {
    const found = versions[component]
    if (found !== undefined) return found
    throw new ProblemError([error(`no version of ${component} is known: no cell of the inventory uses it`)])
  }

  const compressed: Artifacts['compressed'] = async (of, wanted) => {
    const find = () => guard(() => checkCompressed(cache, wanted))
    let size = await find()
    if (size === undefined) {
      // Several files missing from the cache come from the same archives: once a process and release.
      await remember(refetched, nameOf(of), () => guard(() => fetchEntry(of)))
      size = await find()
    }
    if (size === undefined) throw new ProblemError([strayFile(of, wanted, source)])
    return { path: compressedPath(cache, wanted.sha256), size }
  }

  const local: Artifacts['local'] = async (of, wanted) => {
    const path = unpackedPath(cache, wanted)
    if (await guard(() => checkUnpacked(cache, wanted))) return path
    await compressed(of, wanted)
    await guard(prepare)
    if (await guard(() => unpack(cache, wanted))) return path
    throw new ProblemError([strayFile(of, wanted, source)])
  }

  const save: Artifacts['save'] = async () => {
    const learned = lock.filter(entry => !initial.includes(entry))
    if (learned.length === 0) return
    await writeLock(file, learned, { replace: update }).catch(cause => {
      throw diskProblem(cause, 'cannot write the lock file:', file.shown)
    })
  }

  return { version, release: async (...key) => release(...key), compressed, local, save }
}

function toRelease({ component, version, arch, files }: LockEntry): Release {
  return { component, version, arch, files }
}

function requireArch(arch: string): void {
  if ((architectures as readonly string[]).includes(arch)) return
  throw new ProblemError([
    error(`the architecture ${arch} is not supported`, {
      remedy: `promha knows ${architectures.join(', ')}.`,
    }),
  ])
}

function strayFile(release: Release, file: ReleaseFile, source: Source): Problem {
  const name = describeKey({ ...release, source: source.name })
  return error(`${name} has no ${file.path} of sha256 ${file.sha256}`, {
    detail: 'The archive was fetched and verified, but that file is not in it.',
    remedy:
      'The lock file may have been edited by hand: restore it, or run `promha artifacts fetch --update`.',
  })
}
