/** The lock file's content as a value: which bytes each version is. Pure. */
import { releasedComponents } from '../../../roles/index.ts'
import { compareText } from '../../diagnostic/order.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import { fetchProblem } from '../messages.ts'
import type { ReleaseFile } from '../model.ts'
import type { Archive, ReleaseKey } from '../source/source.ts'
import { compareVersions } from '../version-order.ts'

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

/** `prometheus 3.13.2 (upstream, amd64)` */
export function describeLockKey(key: LockKey): string {
  return `${key.component} ${key.version} (${key.source}, ${key.arch})`
}

/** Why `fetched` may not stand for `locked`: another archive, or file of the same path. One that only one names is no conflict. */
export function conflict(
  locked: LockEntry,
  fetched: Pick<LockEntry, 'archives' | 'files'>,
  lockFile: string,
): Problem | undefined {
  const difference =
    firstDifference(locked.archives, fetched.archives, true) ??
    firstDifference(locked.files.map(pathed), fetched.files.map(pathed), false)
  if (!difference) return undefined
  return fetchProblem.notAsLocked({}, { what: describeLockKey(locked), ...difference, lockFile })
}

const pathed = ({ path, sha256 }: ReleaseFile): Archive => ({ name: path, sha256 })

function firstDifference(
  locked: readonly Archive[],
  fetched: readonly Archive[],
  complete: boolean,
): { readonly locked: string; readonly fetched: string } | undefined {
  const tell = (items: readonly Archive[]) =>
    items.map(item => `${item.name} sha256 ${item.sha256}`).join(', ') || 'nothing'
  const other = fetched.filter(item => {
    const known = locked.find(one => one.name === item.name)
    return known ? known.sha256 !== item.sha256 : complete
  })
  const gone = complete ? locked.filter(item => !fetched.some(one => one.name === item.name)) : []
  if (other.length === 0 && gone.length === 0) return undefined
  const before = locked.filter(item => other.some(one => one.name === item.name))
  return { locked: tell([...before, ...gone]), fetched: tell(other) }
}
