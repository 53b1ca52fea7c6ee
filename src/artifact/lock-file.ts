/** Reading and writing the lock file beside the inventory. */
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { error, ProblemError } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import { isBelow } from '../trust/checkout.ts'
import { readPlainText } from '../trust/plain-file.ts'
import { replaceFile } from '../trust/replace-file.ts'
import { conflict, findEntry, type Lock, type LockEntry, withEntry } from './lock.ts'
import { formatLock, parseLock, parsePackages } from './lock-text.ts'
import { type LockedPackage, packageConflict, withPackage } from './package-lock.ts'

/** Bytes. */
const largest = 16 * 1024 * 1024

interface LockPath {
  /** Absolute. */
  readonly path: string
  /** As the user would write it, for messages. */
  readonly shown: string
}

/** `inventory.yml` has its lock in `inventory.lock.yml` beside it. */
export function lockPath(inventory: Pick<Inventory, 'file' | 'directory'>): LockPath {
  const name = `${basename(inventory.file).replace(/\.ya?ml$/, '')}.lock.yml`
  return { path: join(inventory.directory, name), shown: join(dirname(inventory.file), name) }
}

/** The lock file's content; empty where there is none yet. Throws a ProblemError where it is damaged. */
export async function readLock(file: LockPath): Promise<Lock> {
  const text = await readText(file)
  return text === undefined ? [] : parseLock(text, file.shown, await leadsAway(file.path))
}

async function readText({ path, shown }: LockPath): Promise<string | undefined> {
  const text = await readPlainText(path, largest, { follow: true })
  if (text !== undefined || !existsSync(path)) return text
  throw new ProblemError([
    error(`the lock file ${shown} is not a plain file of at most ${largest / 1024 / 1024} MiB`, {
      remedy: `Remove ${shown}, or restore it from version control.`,
    }),
  ])
}

/** Whether the file is a link out of its directory: then its content is not the inventory's, and is not shown. */
async function leadsAway(path: string): Promise<boolean> {
  const [real, directory] = await Promise.all([realpath(path), realpath(dirname(path))])
  return !isBelow(real, directory)
}

/**
 * Adds what was learned to the file as it is now, so that another run's entries stay, and puts it in place at once.
 * The file is left alone where nothing changes. Throws a ProblemError where another run locked other bytes.
 */
export async function writeLock(
  file: LockPath,
  learned: readonly LockEntry[],
  options: { readonly replace: boolean },
): Promise<void> {
  const before = await readText(file)
  let lock = await readLock(file)
  const packages = await readLockedPackages(file)
  for (const entry of learned) {
    const locked = findEntry(lock, entry)
    const refused = locked && !options.replace ? conflict(locked, entry, file.shown) : undefined
    if (refused) throw new ProblemError([refused])
    lock = withEntry(lock, entry)
  }
  await put(file, before, formatLock(lock, packages))
}

/** The packages of hosts' own systems that the lock file holds. Throws a ProblemError where it is damaged. */
export async function readLockedPackages(file: LockPath): Promise<readonly LockedPackage[]> {
  const text = await readText(file)
  return text === undefined ? [] : parsePackages(text, file.shown, await leadsAway(file.path))
}

/** The same as {@link writeLock} for packages of hosts' own systems. */
export async function writeLockedPackages(
  file: LockPath,
  learned: readonly LockedPackage[],
  options: { readonly replace: boolean },
): Promise<void> {
  const before = await readText(file)
  const lock = await readLock(file)
  let packages = await readLockedPackages(file)
  for (const one of learned) {
    const refused = options.replace ? undefined : packageConflict(packages, one, file.shown)
    if (refused) throw new ProblemError([refused])
    packages = withPackage(packages, one)
  }
  await put(file, before, formatLock(lock, packages))
}

/** Left alone where nothing changes; in place at once. */
async function put(file: LockPath, before: string | undefined, text: string): Promise<void> {
  if (text === before) return
  await replaceFile(file.path, text, 0o644)
}
