/** What is wrong with a release, or doubtful. */
import { basename } from 'node:path'
import { type Problem, ProblemError } from '../diagnostic/problem.ts'
import { architectures } from './catalog.ts'
import { describeLockKey, type LockEntry } from './lock/lock.ts'
import { fetchProblem } from './messages.ts'
import type { Release, ReleaseFile } from './model.ts'
import type { Archive, ReleaseSource } from './source/source.ts'

/** That the source has another build by now, under another name. One of the same name is a conflict instead. */
export function gone(locked: LockEntry, stated: readonly Archive[]): Problem | undefined {
  const names = new Set(stated.map(({ name }) => name))
  if (names.size === locked.archives.length && locked.archives.every(({ name }) => names.has(name)))
    return undefined
  const held = locked.archives.map(({ name }) => name)
  return fetchProblem.otherBuild({}, describeLockKey(locked), held, [...names])
}

export function untrusted(of: Release, { path }: ReleaseFile, source: ReleaseSource): Problem {
  return fetchProblem.untrusted({}, basename(path), describeLockKey({ ...of, source: source.name }))
}

export function requireArch(arch: string): void {
  if ((architectures as readonly string[]).includes(arch)) return
  throw new ProblemError([fetchProblem.unknownArchitecture({}, arch, architectures)])
}

export function strayFile(release: Release, file: ReleaseFile, source: ReleaseSource): Problem {
  const name = describeLockKey({ ...release, source: source.name })
  return fetchProblem.memberMissing({}, name, file.path, file.sha256)
}

/** Why what is locked is not what the inventory names now; undefined if it is. */
export function otherThanNamed(
  locked: LockEntry,
  named: Awaited<ReturnType<NonNullable<ReleaseSource['named']>>>,
  lockFile: string,
): Problem | undefined {
  const show = (items: readonly { readonly name: string; readonly sha256?: string }[]) =>
    items.map(({ name, sha256 }) => [name, ...(sha256 ? [`sha256 ${sha256}`] : [])].join(' ')).join(', ')
  const same =
    named.length === locked.archives.length &&
    named.every(({ name, sha256 }) =>
      locked.archives.some(one => one.name === name && (sha256 ?? one.sha256) === one.sha256),
    )
  if (same) return undefined
  const what = describeLockKey(locked)
  return fetchProblem.hashNotAsLocked({}, { what, locked: show(locked.archives), now: show(named), lockFile })
}
