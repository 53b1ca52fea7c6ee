/** Filling the cache and the lock file for an inventory, and telling what is in them. */
import { throwFailed } from '../diagnostic/order.ts'
import { ProblemError } from '../diagnostic/problem.ts'
import type { Component, Inventory } from '../inventory/model.ts'
import { foreignCache, openCache } from './cache/cache.ts'
import { checkCompressed } from './cache/verified.ts'
import type { Lock, LockEntry } from './lock/lock.ts'
import { lockPath, readLock } from './lock/lock-file.ts'
import type { LockedPackage } from './lock/packages.ts'
import type { Arch, Artifacts, Release } from './model.ts'
import { type OpenOptions, openArtifacts } from './open.ts'
import { openPackages } from './packages.ts'
import { usedComponents } from './versions.ts'

/** What the lock file holds: a release of a component, or a package of hosts' own systems, and whether the cache has all of it. */
export interface ListedArtifact extends Pick<LockEntry, 'version' | 'source' | 'archives' | 'files'> {
  /** Of a package its own name. */
  readonly component: string
  /** In the words of its publisher: Debian's `armhf` is `armv7` elsewhere. */
  readonly arch: string
  readonly cached: boolean
}

/** Fetches and locks all that the cells use, of `components` only their programs. Throws a ProblemError of all that failed. */
export async function fetchAll(
  inventory: Inventory,
  options: OpenOptions & {
    readonly architectures?: readonly Arch[]
    readonly components?: ReadonlySet<Component>
  },
): Promise<readonly Release[]> {
  const foreign = foreignCache(inventory.artifacts.cache)
  if (foreign !== undefined) throw new ProblemError([{ ...foreign, severity: 'error' }])
  const architectures =
    options.architectures ?? lockedArchitectures((await readLock(lockPath(inventory))).lock)
  const artifacts = await openArtifacts(inventory, options)
  const fetched = usedComponents(inventory, options.components).flatMap(component =>
    architectures.map(async arch => fill(artifacts, await artifacts.release(component, arch))),
  )
  const results = await Promise.allSettled(fetched)
  await artifacts.save()
  // What hosts lacked that fetch nothing themselves: no more is known before such a host is seen.
  const packages = await openPackages(inventory, options)
  const [filled] = await Promise.allSettled(options.components ? [] : [packages.fill()])
  await packages.save()
  throwFailed([...results, ...(filled ? [filled] : [])])
  return results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}

/** What the lock file holds; no network. */
export async function listArtifacts(inventory: Inventory): Promise<readonly ListedArtifact[]> {
  const cache = openCache(inventory.artifacts.cache)
  const { lock, packages } = await readLock(lockPath(inventory))
  return Promise.all(
    [...lock, ...packages.map(asEntry)].map(async entry => {
      const sizes = await Promise.all(entry.files.map(file => checkCompressed(cache, file)))
      return { ...entry, cached: sizes.every(size => size !== undefined) }
    }),
  )
}

function asEntry({ name, filename, sha256, size, ...one }: LockedPackage): Omit<ListedArtifact, 'cached'> {
  const { version, source, arch } = one
  return { component: name, version, source, arch, archives: [], files: [{ path: filename, sha256, size }] }
}

async function fill(artifacts: Artifacts, release: Release): Promise<Release> {
  await Promise.all(release.files.map(file => artifacts.compressed(release, file)))
  return release
}

function lockedArchitectures(lock: Lock): readonly Arch[] {
  const found = [...new Set(lock.map(entry => entry.arch))]
  return found.length > 0 ? found : ['amd64']
}
