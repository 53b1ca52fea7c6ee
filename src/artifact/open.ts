/** The versions of an inventory → verified programs: lock file first, then cache, then the source. */
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import { originOf } from '../inventory/artifact-origin.ts'
import type { Inventory } from '../inventory/model.ts'
import { releaseIn } from '../inventory/own-releases.ts'
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
import { programFiles } from './catalog.ts'
import { diskProblem, lockFileProblem } from './disk-problem.ts'
import { requireMachine } from './elf.ts'
import { openGrounds } from './grounds.ts'
import { type HashLists, hashLists } from './hash-list.ts'
import { UnreachableError } from './http-problem.ts'
import { localArch } from './local-arch.ts'
import { conflict, findEntry, type Lock, type LockEntry, withEntry } from './lock.ts'
import { lockPath, readLock, writeLock } from './lock-file.ts'
import { once, remember } from './memo.ts'
import {
  type Artifacts,
  type DownloadProgress,
  type Release,
  UnfetchedError,
  UntrustedError,
} from './model.ts'
import {
  gone,
  otherThanNamed,
  plainHttp,
  requireArch,
  strayFile,
  untrusted,
  unvouched,
} from './open-problem.ts'
import { openSources } from './open-source.ts'
import type { Archive, ReleaseKey, Source } from './source.ts'
import { createTransfer } from './transfer.ts'
import { chooseVersions } from './versions.ts'

export interface OpenOptions {
  readonly emit: (progress: DownloadProgress) => void
  /** Ask the source again and replace what the lock file holds. */
  readonly update?: boolean
  readonly signal?: AbortSignal
  /** Told of what is doubtful and stops nothing. */
  readonly warn?: (problem: Problem) => void
  /** Where the releases come from; what the inventory says where absent. */
  readonly source?: Source
  /** Where this user's own lists of hashes lie. */
  readonly lists?: HashLists
  /** The table of this release. */
  readonly known?: readonly string[]
}

/**
 * Opens the artifacts of an inventory. Touches the network only where Debian's suite has to say which version it
 * has: with `from: debian`, a component in use, no pin and nothing locked (or `update`). Throws a ProblemError.
 */
export async function openArtifacts(inventory: Inventory, options: OpenOptions): Promise<Artifacts> {
  const { emit, signal, update = false } = options
  const { cache: directory } = inventory.artifacts
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
  const { source: given } = options
  const sourceOf = given ? () => given : openSources(inventory, transfer, isLocked)
  const versions = await guard(() => chooseVersions(inventory, initial, sourceOf, update))
  const keyOf = (key: ReleaseKey) => ({ ...key, source: sourceOf(key.component).name })

  /** What is locked, where it names every file that this promha installs. */
  const lockedEntry = (key: ReleaseKey): LockEntry | undefined => {
    const { component } = key
    const { kind } = originOf(inventory.artifacts, component)
    const entry = findEntry(lock, keyOf(key))
    const complete = programFiles(component, kind, releaseIn(inventory, component)).every(({ path }) =>
      entry?.files.some(one => one.path === path),
    )
    return complete ? entry : undefined
  }

  const grounds = openGrounds(options.lists ?? hashLists(), inventory.directory, options.known)
  const warned = new Set<string>()
  const warnFirst = (key: ReleaseKey, { unprotected, unstated }: Source) => {
    const about = unstated ? key.component : unprotected
    if (about === undefined || warned.has(about)) return
    warned.add(about)
    const origin = originOf(inventory.artifacts, key.component)
    options.warn?.(unstated ? unvouched(key, file.shown) : plainHttp(about, origin, file.shown))
  }

  const fetchEntry = async (key: ReleaseKey): Promise<LockEntry> => {
    await prepare()
    const source = sourceOf(key.component)
    const locked = update ? undefined : findEntry(initial, keyOf(key))
    if (!locked) {
      warnFirst(key, source)
      return take(key, await source.resolve(key), undefined, { stated: true })
    }
    // What runs here has to be what its source states; what the lock file states is enough for hosts.
    if (source.vouched && key.arch === localArch()) {
      const stated = await source.resolve(key).catch(ifUnfetched)
      if (stated && !gone(locked, stated)) return take(key, stated, locked, { stated: true })
    }
    return take(key, locked.archives, locked, { stated: false })
  }

  /** `stated`: the source itself says that these are its archives. */
  const take = async (
    key: ReleaseKey,
    archives: readonly Archive[],
    locked: LockEntry | undefined,
    { stated, fresh = false }: { readonly stated: boolean; readonly fresh?: boolean },
  ): Promise<LockEntry> => {
    const other = locked && conflict(locked, { archives, files: [] }, file.shown)
    if (other) throw new ProblemError([other])
    const { fetchRelease } = await import('./fetch-release.ts')
    const source = sourceOf(key.component)
    const { entry, whole } = await fetchRelease(cache, source, key, archives, { fresh })
    const refused = locked && conflict(locked, entry, file.shown)
    if (refused) throw new ProblemError([refused])
    if (releaseIn(inventory, key.component).own) await requireMachine(cache, entry)
    if (source.vouched && stated && whole) await grounds.note(entry)
    lock = withEntry(lock, entry)
    return entry
  }

  /** With `update`: what the source says now; the archives are fetched only where that is news. */
  const refresh = async (key: ReleaseKey): Promise<LockEntry> => {
    const locked = lockedEntry(key)
    if (!locked) return fetchEntry(key)
    const archives = await sourceOf(key.component).resolve(key)
    return conflict(locked, { archives, files: locked.files }, file.shown) ? fetchEntry(key) : locked
  }

  const requireNamed = async (locked: LockEntry): Promise<LockEntry> => {
    const named = await sourceOf(locked.component).named?.(locked)
    const other = named && otherThanNamed(locked, named, file.shown)
    if (other) throw new ProblemError([other])
    return locked
  }

  const releases = new Map<string, Promise<Release>>()
  const refetched = new Map<string, Promise<LockEntry>>()
  const nameOf = (key: ReleaseKey) => `${key.component} ${key.version} ${key.arch}`

  const release: Artifacts['release'] = (component, arch) => {
    requireArch(arch)
    const key: ReleaseKey = { component, version: version(component), arch }
    return remember(releases, nameOf(key), async () => {
      const locked = update ? undefined : lockedEntry(key)
      if (locked) return toRelease(await guard(() => requireNamed(locked)))
      return toRelease(await guard(() => (update ? refresh(key) : fetchEntry(key))))
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
    if (size === undefined) throw new ProblemError([strayFile(of, wanted, sourceOf(of.component))])
    return { path: compressedPath(cache, wanted.sha256), size }
  }

  /** Fetches the release again from a source that vouches for it. Rejects with an UnfetchedError if it does not come. */
  const prove = async (key: ReleaseKey): Promise<LockEntry> => {
    await prepare()
    const stated = await sourceOf(key.component).resolve(key)
    const locked = findEntry(lock, keyOf(key))
    const newer = locked && gone(locked, stated)
    if (newer) throw new UnfetchedError([newer])
    return take(key, stated, locked, { stated: true, fresh: true })
  }

  const proofs = new Map<string, Promise<Problem | undefined>>()
  const unreachable = new Map<Source, Problem | undefined>()
  /** Undefined if the release was fetched and is what the lock file says; otherwise why it could not be. */
  const proof = (of: ReleaseKey): Promise<Problem | undefined> =>
    remember(proofs, nameOf(of), async () => {
      const source = sourceOf(of.component)
      if (unreachable.has(source)) return unreachable.get(source)
      try {
        await guard(() => prove({ component: of.component, version: of.version, arch: of.arch }))
        return undefined
      } catch (cause) {
        if (!(cause instanceof UnfetchedError)) throw cause
        const [why] = cause.problems
        if (cause instanceof UnreachableError) unreachable.set(source, why)
        return why
      }
    })

  const ground: Artifacts['ground'] = async (of, { sha256 }) => {
    const now = await grounds.of(sha256)
    if (now.trusted || !sourceOf(of.component).vouched) return now
    const why = await proof(of)
    return why ? { trusted: false, why } : grounds.of(sha256)
  }

  const local: Artifacts['local'] = async (of, wanted) => {
    const found = await ground(of, wanted)
    if (!found.trusted) throw new UntrustedError(untrusted(of, wanted, sourceOf(of.component)), found.why)
    const path = unpackedPath(cache, wanted)
    if (await guard(() => checkUnpacked(cache, wanted))) return path
    await compressed(of, wanted)
    await guard(prepare)
    if (await guard(() => unpack(cache, wanted))) return path
    throw new ProblemError([strayFile(of, wanted, sourceOf(of.component))])
  }

  const save: Artifacts['save'] = async () => {
    const learned = lock.filter(entry => !initial.includes(entry))
    if (learned.length === 0) return
    await writeLock(file, learned, { replace: update }).catch(cause => {
      throw lockFileProblem(cause, file.shown, inventory.file)
    })
  }

  return { version, release: async (...key) => release(...key), compressed, ground, local, save }
}

function toRelease({ component, version, arch, files }: LockEntry): Release {
  return { component, version, arch, files }
}

function ifUnfetched(cause: unknown): undefined {
  if (!(cause instanceof UnfetchedError)) throw cause
}
