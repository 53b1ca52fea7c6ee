/** The versions of an inventory → verified programs: lock file first, then cache, then the source. */
import { defined } from '../diagnostic/defined.ts'
import { type Problem, ProblemError } from '../diagnostic/problem.ts'
import { originOf } from '../inventory/artifact/origin.ts'
import { releaseIn } from '../inventory/artifact/own-releases.ts'
import type { Inventory } from '../inventory/model.ts'
import { requireProgram } from './archive/elf.ts'
import { compressedPath, unpackedPath } from './cache/cache.ts'
import { openGrounds } from './cache/grounds.ts'
import { type HashLists, hashLists } from './cache/hash-list.ts'
import { openStore } from './cache/store.ts'
import { checkCompressed, checkUnpacked, unpack } from './cache/verified.ts'
import { programFiles } from './catalog.ts'
import { conflict, findEntry, type Lock, type LockEntry, withEntry } from './lock/lock.ts'
import { lockPath, readLock, writeLock } from './lock/lock-file.ts'
import { oncePerKey } from './memo.ts'
import { fetchProblem } from './messages.ts'
import type { Artifacts, DownloadProgress, Release } from './model.ts'
import { cachedHash, localArch, UnfetchedError, UntrustedError } from './model.ts'
import { gone, otherThanNamed, requireArch, strayFile, untrusted } from './open-problem.ts'
import { openSources } from './source/open-source.ts'
import { atEntry } from './source/own-problem.ts'
import { ifUnfetched, proofs } from './source/proof.ts'
import { type Archive, nameOf, type ReleaseKey, type ReleaseSource } from './source/source.ts'
import { chooseVersions } from './versions.ts'

export interface OpenOptions {
  readonly emit: (progress: DownloadProgress) => void
  /** Ask the source again and replace what the lock file holds. */
  readonly update?: boolean
  readonly signal?: AbortSignal
  /** Told of what is doubtful and stops nothing. */
  readonly warn?: (problem: Problem) => void
  /** Where the releases come from; what the inventory says where absent. */
  readonly source?: ReleaseSource
  /** Where this user's own lists of hashes lie. */
  readonly lists?: HashLists
  /** The table of this release. */
  readonly known?: readonly string[]
}

/** Touches the network only if Debian's suite has to say which version it has. Throws a ProblemError. */
export async function openArtifacts(inventory: Inventory, options: OpenOptions): Promise<Artifacts> {
  const { emit, warn, signal, update = false } = options
  const file = lockPath(inventory)
  const { lock: initial } = await readLock(file)
  let lock: Lock = initial

  const isLocked = ({ sha256 }: { sha256: string }) =>
    !update && initial.some(entry => entry.archives.some(archive => archive.sha256 === sha256))
  const { cache, guard, transfer } = openStore(inventory.artifacts.cache, { emit, warn, isLocked, signal })
  const { prepare } = transfer
  const { source: only } = options
  const sourceOf = only ? () => only : openSources(inventory, transfer, isLocked)
  const versions = await guard(() => chooseVersions(inventory, initial, sourceOf, update))
  const keyOf = (key: ReleaseKey) => ({ ...key, source: sourceOf(key.component).name })

  /** What is locked, where it names every file that this promha installs. */
  const lockedEntry = (key: ReleaseKey): LockEntry | undefined => {
    const { component } = key
    const { kind } = originOf(inventory.artifacts, component)
    const entry = findEntry(lock, keyOf(key))
    const complete = programFiles(component, kind, releaseIn(inventory, component)).every(({ path, strip }) =>
      entry?.files.some(one => one.path === path && (strip !== undefined) === (one.packed !== undefined)),
    )
    return complete ? entry : undefined
  }

  const grounds = openGrounds(options.lists ?? hashLists(), inventory.directory, options.known)
  const warned = new Set<string>()
  const warnFirst = (key: ReleaseKey, { unprotected, unstated }: ReleaseSource) => {
    const about = unstated ? key.component : unprotected
    if (about === undefined || warned.has(about)) return
    warned.add(about)
    const { place: source } = originOf(inventory.artifacts, key.component)
    warn?.(
      unstated
        ? fetchProblem.noChecksums({}, key.component, key.version, file.shown)
        : fetchProblem.plainHttp(defined({ source }), about, file.shown),
    )
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
    { stated, fromSource = false }: { readonly stated: boolean; readonly fromSource?: boolean },
  ): Promise<LockEntry> => {
    const other = locked && conflict(locked, { archives, files: [] }, file.shown)
    if (other) throw new ProblemError([other])
    const { fetchRelease } = await import('./fetch-release.ts')
    const source = sourceOf(key.component)
    const release = releaseIn(inventory, key.component)
    const fetching = fetchRelease(cache, source, key, { archives, fromSource, signal })
    const { entry, whole } = await fetching.catch(atEntry(release))
    const refused = locked && conflict(locked, entry, file.shown)
    if (refused) throw new ProblemError([refused])
    if (release.own) await requireProgram(cache, entry).catch(atEntry(release))
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

  const release: Artifacts['release'] = (component, arch) => {
    requireArch(arch)
    const key: ReleaseKey = { component, version: version(component), arch }
    return oncePerKey(releases, nameOf(key), async () => {
      const locked = update ? undefined : lockedEntry(key)
      if (locked) return toRelease(await guard(() => requireNamed(locked)))
      return toRelease(await guard(() => (update ? refresh(key) : fetchEntry(key))))
    })
  }

  const available: Artifacts['available'] = async (component, arch) => {
    const key: ReleaseKey = { component, version: version(component), arch }
    const source = sourceOf(component)
    if (source.unstated || lockedEntry(key)) await release(component, arch)
    else await guard(() => source.resolve(key))
  }

  const version: Artifacts['version'] = component => {
    const found = versions[component]
    if (found !== undefined) return found
    throw new ProblemError([fetchProblem.noVersion({}, component)])
  }

  const compressed: Artifacts['compressed'] = async (of, wanted) => {
    const find = () => guard(() => checkCompressed(cache, wanted))
    let size = await find()
    if (size === undefined) {
      // Several files missing from the cache come from the same archives: once a process and release.
      await oncePerKey(refetched, nameOf(of), () => guard(() => fetchEntry(of)))
      size = await find()
    }
    if (size === undefined) throw new ProblemError([strayFile(of, wanted, sourceOf(of.component))])
    return { path: compressedPath(cache, cachedHash(wanted)), size }
  }

  /** Fetches the release again from a source that vouches for it. Rejects with an UnfetchedError if it does not come. */
  const prove = async (key: ReleaseKey): Promise<LockEntry> => {
    await prepare()
    const stated = await sourceOf(key.component).resolve(key)
    const locked = findEntry(lock, keyOf(key))
    const newer = locked && gone(locked, stated)
    if (newer) throw new UnfetchedError([newer])
    return take(key, stated, locked, { stated: true, fromSource: true })
  }

  const proof = proofs(sourceOf, key => guard(() => prove(key)))

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
    if (learned.length > 0) await writeLock(file, { lock: learned }, { replace: update })
  }

  return { version, release: async (...key) => release(...key), available, compressed, ground, local, save }
}

function toRelease({ component, version, arch, files }: LockEntry): Release {
  return { component, version, arch, files }
}
