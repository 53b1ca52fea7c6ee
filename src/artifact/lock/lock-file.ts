/** Reading and writing the lock file beside the inventory. */
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Problem, ProblemError } from '../../diagnostic/problem.ts'
import type { Inventory } from '../../inventory/model.ts'
import { isBelow } from '../../trust/checkout.ts'
import { readPlainText } from '../../trust/plain-file.ts'
import { replaceFile } from '../../trust/replace-file.ts'
import { lockFileProblem } from '../cache/disk-problem.ts'
import { fetchProblem } from '../messages.ts'
import { conflict, findEntry, withEntry } from './lock.ts'
import { formatLock, type LockContent, parseLock } from './lock-text.ts'
import { packageConflict, withPackage } from './packages.ts'

/** Bytes. */
const largest = 16 * 1024 * 1024

interface LockPath {
  /** Absolute. */
  readonly path: string
  /** As the user would write it, for messages. */
  readonly shown: string
  /** As the user named it. */
  readonly inventory: string
}

/** `inventory.yml` has its lock in `inventory.lock.yml` beside it. */
export function lockPath(inventory: Pick<Inventory, 'file' | 'directory'>): LockPath {
  const name = `${basename(inventory.file).replace(/\.ya?ml$/, '')}.lock.yml`
  const { file, directory } = inventory
  return { path: join(directory, name), shown: join(dirname(file), name), inventory: file }
}

interface LockFile extends LockContent {
  readonly text?: string
}

/** The lock file's content; empty where there is none yet. Throws a ProblemError where it is damaged. */
export async function readLock({ path, shown }: Omit<LockPath, 'inventory'>): Promise<LockFile> {
  const text = await readPlainText(path, largest, { follow: true })
  if (text !== undefined) return { text, ...parseLock(text, shown, await leadsAway(path)) }
  if (!existsSync(path)) return { lock: [], packages: [] }
  throw new ProblemError([fetchProblem.lockFileNotPlain({}, shown, largest / 1024 / 1024)])
}

/** Whether the file is a link out of its directory: then its content is not the inventory's, and is not shown. */
async function leadsAway(path: string): Promise<boolean> {
  const [real, directory] = await Promise.all([realpath(path), realpath(dirname(path))])
  return !isBelow(real, directory)
}

/** Adds to the file as it is now, so that another run's entries stay. Throws a ProblemError if that run locked other bytes. */
export async function writeLock(
  file: LockPath,
  learned: Partial<LockContent>,
  { replace }: { readonly replace: boolean },
): Promise<void> {
  const refuse = (problem: Problem | undefined) => {
    if (problem !== undefined && !replace) throw new ProblemError([problem])
  }
  const before = await readLock(file)
  let { lock, packages } = before
  for (const entry of learned.lock ?? []) {
    const locked = findEntry(lock, entry)
    refuse(locked && conflict(locked, entry, file.shown))
    lock = withEntry(lock, entry)
  }
  for (const one of learned.packages ?? []) {
    refuse(packageConflict(packages, one, file.shown))
    packages = withPackage(packages, one)
  }
  const text = formatLock(lock, packages)
  if (text === before.text) return
  await replaceFile(file.path, text, 0o644).catch(cause => {
    throw lockFileProblem(cause, file.shown, file.inventory)
  })
}
