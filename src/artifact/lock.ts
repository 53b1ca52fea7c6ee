/** The lock file's content as a value: which bytes each version is. Pure. */

import { releasedComponents } from '../../roles/index.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import type { ReleaseFile } from './model.ts'
import type { Archive, ReleaseKey } from './source.ts'
import { compareVersions } from './version-order.ts'

interface LockKey extends ReleaseKey {
  /** `upstream` (mirrors and directories included), `debian/SUITE`, or `inventory`: a file or a URL of an entry. */
  readonly source: string
}

export interface LockEntry extends LockKey {
  readonly archives: readonly Archive[]
  readonly files: readonly ReleaseFile[]
}

export type Lock = readonly LockEntry[]

function sameKey(a: LockKey, b: LockKey): boolean {
  return a.component === b.component && a.version === b.version && a.source === b.source && a.arch === b.arch
}

export function findEntry(lock: Lock, key: LockKey): LockEntry | undefined {
  return lock.find(entry => sameKey(entry, key))
}

/** The newest version of a component that is locked for that source, on any architecture. */
export function newestLocked(lock: Lock, component: Component, source: string): string | undefined {
  return lock
    .filter(entry => entry.component === component && entry.source === source)
    .map(entry => entry.version)
    .sort(compareVersions)
    .at(-1)
}

/** The lock with that entry added or, where it is there already, replaced; in the order of the file. */
export function withEntry(lock: Lock, entry: LockEntry): Lock {
  return [...lock.filter(other => !sameKey(other, entry)), entry].sort(compareEntries)
}

function compareEntries(a: LockEntry, b: LockEntry): number {
  return (
    rank(a.component) - rank(b.component) ||
    compareText(a.component, b.component) ||
    compareVersions(a.version, b.version) ||
    compareText(a.source, b.source) ||
    compareText(a.arch, b.arch)
  )
}

/** What an entry of the inventory describes comes last. */
function rank(component: Component): number {
  const found = releasedComponents.indexOf(component)
  return found === -1 ? releasedComponents.length : found
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** `prometheus 3.13.2 (upstream, amd64)` */
export function describeKey(key: LockKey): string {
  return `${key.component} ${key.version} (${key.source}, ${key.arch})`
}

/**
 * Why `fresh` may not stand for the same version as `locked`: another archive, or another file of the same path.
 * A file that only one of them names is no conflict.
 */
export function conflict(
  locked: LockEntry,
  fresh: Pick<LockEntry, 'archives' | 'files'>,
  lockFile: string,
): Problem | undefined {
  const difference =
    firstDifference(locked.archives.map(named), fresh.archives.map(named), true) ??
    firstDifference(locked.files.map(pathed), fresh.files.map(pathed), false)
  if (!difference) return undefined
  return error(`${describeKey(locked)} is not what the lock file holds`, {
    detail: `locked:  ${difference.locked}\nfetched: ${difference.fresh}`,
    remedy: `If the new one is meant, accept it with \`promha artifacts fetch --update\`. If not, find out who changed it. The lock file is ${lockFile}.`,
  })
}

interface Hashed {
  readonly name: string
  readonly sha256: string
}

const named = (archive: Archive): Hashed => archive
const pathed = (file: ReleaseFile): Hashed => ({ name: file.path, sha256: file.sha256 })

function firstDifference(
  locked: readonly Hashed[],
  fresh: readonly Hashed[],
  complete: boolean,
): { readonly locked: string; readonly fresh: string } | undefined {
  const tell = (items: readonly Hashed[]) =>
    items.map(item => `${item.name} sha256 ${item.sha256}`).join(', ') || 'nothing'
  const other = fresh.filter(item => {
    const known = locked.find(one => one.name === item.name)
    return known ? known.sha256 !== item.sha256 : complete
  })
  const gone = complete ? locked.filter(item => !fresh.some(one => one.name === item.name)) : []
  if (other.length === 0 && gone.length === 0) return undefined
  const before = locked.filter(item => other.some(one => one.name === item.name))
  return { locked: tell([...before, ...gone]), fresh: tell(other) }
}
