/** Filling the cache and the lock file for an inventory, and telling what is in them. */
import { type Problem, ProblemError } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import { checkCompressed, foreignCache, openCache } from './cache.ts'
import type { Lock, LockEntry } from './lock.ts'
import { lockPath, readLock, readLockedPackages } from './lock-file.ts'
import type { Arch, Artifacts, Release } from './model.ts'
import { type OpenOptions, openArtifacts } from './open.ts'
import type { LockedPackage } from './package-lock.ts'
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

/**
 * Fetches all that the inventory's cells use, for those architectures (those in the lock file, else amd64, where
 * none are given), and writes the lock file. All failures are collected into one ProblemError; what did succeed is
 * locked all the same.
 */
export async function fetchAll(
  inventory: Inventory,
  options: OpenOptions & { readonly architectures?: readonly Arch[] },
): Promise<readonly Release[]> {
  const foreign = foreignCache(inventory.artifacts.cache, 'error')
  if (foreign !== undefined) throw new ProblemError([foreign])
  const architectures = options.architectures ?? lockedArchitectures(await readLock(lockPath(inventory)))
  const artifacts = await openArtifacts(inventory, options)
  const results = await Promise.allSettled(
    usedComponents(inventory).flatMap(component =>
      architectures.map(async arch => fill(artifacts, await artifacts.release(component, arch))),
    ),
  )
  await artifacts.save()
  // What hosts lacked that fetch nothing themselves: no more is known before such a host is seen.
  const packages = await openPackages(inventory, options)
  const [filled] = await Promise.allSettled([packages.fill()])
  await packages.save()
  const failures = [...results, filled].flatMap(result =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  )
  const unforeseen = failures.find(failure => !(failure instanceof ProblemError))
  if (unforeseen !== undefined) throw unforeseen
  const problems = failures.flatMap(failure => (failure as ProblemError).problems)
  if (problems.length > 0) throw new ProblemError(distinct(problems))
  return results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}

/** What the lock file holds; no network. */
export async function listArtifacts(inventory: Inventory): Promise<readonly ListedArtifact[]> {
  const cache = openCache(inventory.artifacts.cache)
  const file = lockPath(inventory)
  const [releases, packages] = await Promise.all([readLock(file), readLockedPackages(file)])
  return Promise.all(
    [...releases, ...packages.map(asEntry)].map(async entry => {
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

/** A suite that cannot be read fails for each component with the same words. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>()
  return problems.filter(problem => {
    const text = JSON.stringify(problem)
    return !seen.has(text) && seen.add(text)
  })
}
