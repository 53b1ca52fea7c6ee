/** Filling the cache and the lock file for an inventory, and telling what is in them. */
import { type Problem, ProblemError } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import { checkCompressed } from './cache.ts'
import type { Lock, LockEntry } from './lock.ts'
import { lockPath, readLock } from './lock-file.ts'
import type { Arch, Artifacts, Release } from './model.ts'
import { type OpenOptions, openArtifacts } from './open.ts'
import { usedComponents } from './versions.ts'

/** One locked release, and whether the cache holds all of it. */
export interface ListedRelease extends LockEntry {
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
  const architectures = options.architectures ?? lockedArchitectures(await readLock(lockPath(inventory)))
  const artifacts = await openArtifacts(inventory, options)
  const results = await Promise.allSettled(
    usedComponents(inventory).flatMap(component =>
      architectures.map(async arch => fill(artifacts, await artifacts.release(component, arch))),
    ),
  )
  await artifacts.save()
  const failures = results.flatMap(result => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const unforeseen = failures.find(failure => !(failure instanceof ProblemError))
  if (unforeseen !== undefined) throw unforeseen
  const problems = failures.flatMap(failure => (failure as ProblemError).problems)
  if (problems.length > 0) throw new ProblemError(distinct(problems))
  return results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}

/** What the lock file holds; no network. */
export async function listReleases(inventory: Inventory): Promise<readonly ListedRelease[]> {
  const cache = { directory: inventory.artifacts.cache }
  const lock = await readLock(lockPath(inventory))
  return Promise.all(
    lock.map(async entry => {
      const sizes = await Promise.all(entry.files.map(file => checkCompressed(cache, file)))
      return { ...entry, cached: sizes.every(size => size !== undefined) }
    }),
  )
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
