/**
 * Packages of hosts' own systems, for hosts that fetch nothing by themselves: which of them a host lacks, and their bytes
 * from the cache or from this machine's own mirror. What the lock file names is taken as it is.
 */
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import {
  type Cache,
  checkCompressed,
  commit,
  compressedPath,
  foreignCache,
  newFile,
  openCache,
  prepareCache,
  temporaryDirectory,
  temporaryPath,
} from './cache.ts'
import { closureOf, type Installed, type Offers } from './debian/closure.ts'
import { isDebians, type MachinePaths, machinePaths, readSources, withKeyring } from './debian/machine.ts'
import { providedNames } from './debian/package-index.ts'
import { openSuite, type Purpose, packageMirrors } from './debian/suite.ts'
import { compareDebianVersions } from './debian/version.ts'
import { diskProblem, lockFileProblem } from './disk-problem.ts'
import { NotFoundError } from './http-problem.ts'
import { lockPath, readLockedPackages, writeLockedPackages } from './lock-file.ts'
import { once, remember } from './memo.ts'
import type { DownloadProgress } from './model.ts'
import { type LockedPackage, releaseOf } from './package-lock.ts'
import { createTransfer, type Transfer } from './transfer.ts'
import { joinUrl } from './url.ts'

/** What a host says of itself. */
export interface HostSystem {
  /** Debian's code name of its release: `bookworm`. */
  readonly release: string
  /** Debian's own word: `amd64`. */
  readonly arch: string
  readonly installed: readonly Installed[]
}

/** One package in the cache. */
export interface FetchedPackage {
  readonly name: string
  readonly version: string
  /** `keepalived_2.2.7-1_amd64.deb` */
  readonly file: string
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

interface PackageOptions {
  readonly emit: (progress: DownloadProgress) => void
  readonly warn?: (problem: Problem) => void
  readonly signal?: AbortSignal
  /** Ask the suites again and replace what the lock file holds. */
  readonly update?: boolean
  /** Where this machine's apt has its files. */
  readonly paths?: MachinePaths
}

/** No network is touched by opening. Throws a ProblemError where the lock file is damaged. */
export async function openPackages(
  inventory: Pick<Inventory, 'file' | 'directory' | 'artifacts'>,
  { emit, warn, signal, update = false, paths: machine = machinePaths }: PackageOptions,
): Promise<SystemPackages> {
  const paths = withKeyring(machine, inventory.artifacts)
  const file = lockPath(inventory)
  const locked = await readLockedPackages(file)
  const { cache: directory } = inventory.artifacts
  const cache = openCache(directory)
  const prepare = once(async () => {
    const foreign = foreignCache(directory, 'warning')
    if (foreign !== undefined) warn?.(foreign)
    await prepareCache(cache)
  })
  const transfer = createTransfer({
    directory: temporaryDirectory(cache),
    prepare,
    emit,
    isLocked: ({ sha256 }) => locked.some(one => one.sha256 === sha256),
    signal,
  })
  const indexes = new Map<string, Promise<readonly LockedPackage[]>>()
  const indexOf = (release: string, arch: string) =>
    remember(indexes, `${release} ${arch}`, () => readRelease(release, arch, paths, transfer))
  const fetched = new Map<string, Promise<FetchedPackage>>()
  const fetch = (one: LockedPackage) =>
    remember(fetched, one.sha256, () => obtain(one, cache, paths, transfer))
  let learned: readonly LockedPackage[] = []
  const guard = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch(cause => {
      throw diskProblem(cause, 'cannot use the cache:', directory)
    })

  const lacking: SystemPackages['lacking'] = (wanted, host) =>
    guard(async () => {
      const { release, arch, installed } = host
      const known = [...locked, ...learned].filter(one => releaseOf(one) === release && one.arch === arch)
      const quick = closureOf(wanted, installed, offersOf(known))
      let chosen = 'chosen' in quick ? quick.chosen : undefined
      if (chosen === undefined) {
        const names = new Set(known.map(({ name }) => name))
        const others = (await indexOf(release, arch)).filter(({ name }) => !names.has(name))
        const found = closureOf(wanted, installed, offersOf([...known, ...others]))
        if ('chain' in found)
          throw new ProblemError([lackProblem(found.chain, host, file.shown, known.length > 0)])
        chosen = found.chosen
      }
      const all = await Promise.all(chosen.map(fetch))
      learned = [...learned, ...chosen.filter(one => !known.includes(one))]
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
    const [now] = offersOf(await indexOf(releaseOf(one), one.arch)).named(one.name)
    return now && now.sha256 !== one.sha256 ? now : one
  }

  const save: SystemPackages['save'] = async () => {
    if (learned.length === 0) return
    await writeLockedPackages(file, learned, { replace: update }).catch(cause => {
      throw lockFileProblem(cause, file.shown, inventory.file)
    })
  }
  return { lacking, fill, save }
}

function offersOf(packages: readonly LockedPackage[]): Offers<LockedPackage> {
  const named = new Map<string, LockedPackage[]>()
  const providing = new Map<string, LockedPackage[]>()
  const add = (map: Map<string, LockedPackage[]>, name: string, one: LockedPackage) => {
    const there = map.get(name)
    if (there) there.push(one)
    else map.set(name, [one])
  }
  for (const one of packages) {
    add(named, one.name, one)
    if (one.provides !== '') for (const name of providedNames(one)) add(providing, name, one)
  }
  const newestFirst = (found: readonly LockedPackage[] = []) =>
    [...found].sort((a, b) => compareDebianVersions(b.version, a.version))
  return {
    named: name => newestFirst(named.get(name)),
    providing: name => newestFirst(providing.get(name)),
  }
}

const byHand = 'or install on the hosts by hand what they lack, then run the command again'
const purpose: Purpose = {
  noSource: suite => ({
    summary: `this machine's apt names no source for ${suite}, from which to bring packages to the hosts`,
    remedy: `Add one, ${byHand}; with a filled cache and lock file no source is needed.`,
  }),
  unknownSuite: `Let this machine's apt name a mirror that has it, ${byHand}.`,
  unknownArch: `Let this machine's apt name a mirror that has it, ${byHand}.`,
}

/** The release's packages, those of its updates and security fixes included where this machine's apt knows them. */
async function readRelease(
  release: string,
  arch: string,
  paths: MachinePaths,
  transfer: Transfer,
): Promise<readonly LockedPackage[]> {
  const mentioned = new Set(
    (await readSources(paths)).filter(source => isDebians(source, paths)).flatMap(({ suites }) => suites),
  )
  const more = [`${release}-updates`, `${release}-security`].filter(suite => mentioned.has(suite))
  const lists = await Promise.all(
    [release, ...more].map(async suite => {
      const opened = await openSuite({ suite, paths, transfer, purpose })
      return (await opened.index(arch)).map(one => ({ ...one, source: `debian/${suite}`, arch }))
    }),
  )
  return lists.flat()
}

/** From the cache, or else from the mirrors of its suite. */
async function obtain(
  one: LockedPackage,
  cache: Cache,
  paths: MachinePaths,
  transfer: Transfer,
): Promise<FetchedPackage> {
  const content = { path: one.filename, sha256: one.sha256, size: one.size }
  let size = await checkCompressed(cache, content)
  if (size === undefined) {
    await transfer.prepare()
    const path = await download(one, paths, transfer)
    const temporary = temporaryPath(cache)
    try {
      // It is compressed already: this is only for its form, which is that of all in the cache.
      await pipeline(createReadStream(path), createGzip({ level: 1 }), newFile(temporary))
      await commit(cache, temporary, compressedPath(cache, one.sha256))
    } finally {
      await rm(temporary, { force: true })
      await rm(path, { force: true })
    }
    size = await checkCompressed(cache, content)
  }
  if (size === undefined)
    throw new ProblemError([
      error(`${one.filename} is not of the size that is stated: expected ${one.size} bytes`, {
        remedy:
          'The lock file may have been edited by hand: restore it, or run `promha artifacts fetch --update`.',
      }),
    ])
  const compressed = { path: compressedPath(cache, one.sha256), size }
  return {
    name: one.name,
    version: one.version,
    file: basename(one.filename),
    sha256: one.sha256,
    compressed,
  }
}

async function download(one: LockedPackage, paths: MachinePaths, transfer: Transfer): Promise<string> {
  const suite = one.source.replace(/^debian\//, '')
  const archive = { name: one.filename, sha256: one.sha256 }
  for (const mirror of await packageMirrors({ suite, paths, transfer, purpose })) {
    try {
      return (await transfer.download(joinUrl(mirror.uri, one.filename), archive)).path
    } catch (cause) {
      if (!(cause instanceof NotFoundError)) throw cause
    }
  }
  throw new ProblemError([
    error(`Debian's archive no longer has the package ${one.name} ${one.version} of ${suite}`, {
      detail: `expected: ${one.filename} sha256 ${one.sha256}`,
      remedy: `Take over a cache that still holds it, or accept what ${suite} has now with \`promha artifacts fetch --update\`.`,
    }),
  ])
}

function lackProblem(
  chain: readonly string[],
  { release, arch }: HostSystem,
  lockFile: string,
  isLocked: boolean,
) {
  const last = chain.at(-1) ?? ''
  const update = isLocked
    ? `; where ${lockFile} pins what does not fit any more, run \`promha artifacts fetch --update\``
    : ''
  return error(`${last} cannot be had for Debian's ${release} (${arch})`, {
    detail: [
      `expected: a package that is ${last}, in ${release} or among its updates and security fixes`,
      `seen: none that can be had beside the rest${chain.length > 1 ? `; needed by ${chain.slice(0, -1).reverse().join(', needed by ')}` : ''}`,
    ].join('\n'),
    remedy: `see that this machine's apt sources name ${release} and that the host has no packages of other releases, or install ${chain[0]} there by hand${update}`,
  })
}
