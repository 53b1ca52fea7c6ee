/** Packages for hosts that fetch nothing by themselves, from cache or mirror. What the lock file names is taken as it is. */
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { ProblemError } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import type { BroughtPackage, SystemFacts } from '../shell/package/install.ts'
import { type Cache, compressedPath, newFile, temporaryPath } from './cache/cache.ts'
import { openStore } from './cache/store.ts'
import { checkCompressed, commit } from './cache/verified.ts'
import { type MachinePaths, machinePaths, withKeyring } from './debian/machine.ts'
import { debianProblem } from './debian/messages.ts'
import { openApt, type PrivateApt } from './debian/private-apt.ts'
import type { Ways } from './debian/release.ts'
import { chooseFrom, choosePinned, describePackages, downloadPackage, openRelease } from './debian/release.ts'
import { lockPath, readLock, writeLock } from './lock/lock-file.ts'
import { debianReleaseOf, type LockedPackage } from './lock/packages.ts'
import { oncePerKey } from './memo.ts'
import { fetchProblem } from './messages.ts'
import type { OpenOptions } from './open.ts'

/** What a Debian host says of itself. */
export type HostSystem = Omit<SystemFacts, 'id'>

/** One package in the cache. */
export interface FetchedPackage extends BroughtPackage {
  readonly sha256: string
  /** Of the gzip-compressed file. */
  readonly compressed: { readonly path: string; readonly size: number }
}

export interface SystemPackages {
  /** What the host lacks for these, fetched; from lock file and cache without any network where they have it all. Throws a ProblemError. */
  lacking(wanted: readonly string[], host: HostSystem): Promise<readonly FetchedPackage[]>
  /** Puts all that is locked into the cache; with `update` what its suites have now, which then is locked. */
  fill(): Promise<void>
  /** Writes what was learned to the lock file; nothing where nothing was. */
  save(): Promise<void>
}

interface PackageOptions extends Pick<OpenOptions, 'emit' | 'warn' | 'signal' | 'update'> {
  /** Where this machine's apt has its files. */
  readonly paths?: MachinePaths
}

/** No network is touched by opening. Throws a ProblemError where the lock file is damaged. */
export async function openPackages(
  inventory: Pick<Inventory, 'file' | 'directory' | 'artifacts'>,
  { emit, warn, signal, update = false, paths: machine = machinePaths }: PackageOptions,
): Promise<SystemPackages> {
  const file = lockPath(inventory)
  const { packages: locked } = await readLock(file)
  const isLocked = ({ sha256 }: { sha256: string }) => locked.some(one => one.sha256 === sha256)
  const { cache, guard, transfer } = openStore(inventory.artifacts.cache, { emit, warn, isLocked, signal })
  const ways: Ways = { paths: withKeyring(machine, inventory.artifacts), transfer }
  const indexes = new Map<string, Promise<PrivateApt>>()
  const indexOf = (release: string, arch: string) =>
    oncePerKey(indexes, `${release} ${arch}`, () => openRelease(release, arch, ways))
  const locals = new Map<string, Promise<PrivateApt | undefined>>()
  const localOf = (arch: string) => oncePerKey(locals, arch, () => openApt(arch, signal))
  const fetched = new Map<string, Promise<FetchedPackage>>()
  const fetch = (one: LockedPackage) => oncePerKey(fetched, one.sha256, () => obtain(one, cache, ways))
  let learned: readonly LockedPackage[] = []

  const lacking: SystemPackages['lacking'] = (wanted, host) =>
    guard(async () => {
      const { release, arch, installed } = host
      const absent = wanted.filter(name => !installed.some(one => one.name === name))
      if (absent.length === 0) return []
      const pinned = [...locked, ...learned].filter(
        one => debianReleaseOf(one) === release && one.arch === arch,
      )
      const request = { wanted: absent, installed, pinned, arch }
      const quick = pinned.length > 0 ? await choosePinned(await localOf(arch), request) : undefined
      const chosen = quick ?? (await chooseFrom(await indexOf(release, arch), request))
      if ('why' in chosen) {
        const lack = { names: absent.join(', '), release, arch, why: chosen.why }
        const pinnedIn = pinned.length === 0 ? undefined : file.shown
        throw new ProblemError([debianProblem.packagesLacking({}, lack, pinnedIn)])
      }
      const all = await Promise.all(chosen.map(fetch))
      learned = [...learned, ...chosen.filter(one => !pinned.includes(one))]
      return all
    })

  const fill: SystemPackages['fill'] = () =>
    guard(async () => {
      const wanted = update ? await Promise.all(locked.map(renewed)) : locked
      await Promise.all(wanted.map(fetch))
      learned = wanted.filter(one => !locked.includes(one))
    })
  /** One that its suite no longer has stays as it is. */
  const renewed = async (one: LockedPackage): Promise<LockedPackage> => {
    const [now] = await describePackages(await indexOf(debianReleaseOf(one), one.arch), [one.name], one.arch)
    return now && now.sha256 !== one.sha256 ? now : one
  }

  const save: SystemPackages['save'] = async () => {
    if (learned.length > 0) await writeLock(file, { packages: learned }, { replace: update })
  }
  return { lacking, fill, save }
}

/** From the cache, or else from the mirrors of its suite. */
async function obtain(one: LockedPackage, cache: Cache, ways: Ways): Promise<FetchedPackage> {
  const { name, version, filename, sha256 } = one
  const content = { path: filename, sha256, size: one.size }
  const path = compressedPath(cache, sha256)
  let size = await checkCompressed(cache, content)
  if (size === undefined) {
    await ways.transfer.prepare()
    const fetched = await downloadPackage(one, ways)
    const temporary = temporaryPath(cache)
    try {
      // It is compressed already: this is only for its form, which is that of all in the cache.
      await pipeline(createReadStream(fetched), createGzip({ level: 1 }), newFile(temporary))
      await commit(cache, temporary, path)
    } finally {
      await rm(temporary, { force: true })
      await rm(fetched, { force: true })
    }
    size = await checkCompressed(cache, content)
  }
  if (size === undefined) throw new ProblemError([fetchProblem.otherSize({}, filename, one.size)])
  return { name, version, file: basename(filename), sha256, compressed: { path, size } }
}
