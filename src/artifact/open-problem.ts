/** What is wrong with a release, or doubtful. */
import { basename } from 'node:path'
import { error, type Problem, ProblemError, warning } from '../diagnostic/problem.ts'
import type { ArtifactOrigin } from '../inventory/artifact-origin.ts'
import { architectures } from './catalog.ts'
import { describeKey, type LockEntry } from './lock.ts'
import type { Release, ReleaseFile } from './model.ts'
import type { Archive, ReleaseKey, Source } from './source.ts'

/** That the source has another build by now, under another name. One of the same name is a conflict instead. */
export function gone(locked: LockEntry, stated: readonly Archive[]): Problem | undefined {
  const names = new Set(stated.map(({ name }) => name))
  if (names.size === locked.archives.length && locked.archives.every(({ name }) => names.has(name)))
    return undefined
  return error(`the source has another build of ${describeKey(locked)} by now`, {
    detail: `locked: ${locked.archives.map(({ name }) => name).join(', ')}\nnow:    ${[...names].join(', ')}`,
    remedy: 'Accept the new build with `promha artifacts fetch --update`.',
  })
}

export function untrusted(of: Release, { path }: ReleaseFile, source: Source): Problem {
  return error(`${basename(path)} of ${describeKey({ ...of, source: source.name })} is not trusted here`, {
    remedy: 'Run `promha artifacts trust` with the inventory to see it and accept it.',
  })
}

export function plainHttp(host: string, { place }: ArtifactOrigin, lockFile: string): Problem {
  return warning(`programs are fetched from ${host} over plain http for the first time`, {
    detail: `${lockFile} does not hold them yet, so nothing shows whether they were altered on the way.`,
    remedy:
      'Use https in `artifacts.from`, or fetch them on a network that you trust and keep the lock file.',
    ...(place ? { source: place } : {}),
  })
}

export function requireArch(arch: string): void {
  if ((architectures as readonly string[]).includes(arch)) return
  throw new ProblemError([
    error(`the architecture ${arch} is not supported`, {
      remedy: `promha knows ${architectures.join(', ')}.`,
    }),
  ])
}

export function strayFile(release: Release, file: ReleaseFile, source: Source): Problem {
  const name = describeKey({ ...release, source: source.name })
  return error(`${name} has no ${file.path} of sha256 ${file.sha256}`, {
    detail: 'The archive was fetched and verified, but that file is not in it.',
    remedy:
      'The lock file may have been edited by hand: restore it, or run `promha artifacts fetch --update`.',
  })
}

/** Of a program whose publisher states no hash. */
export function unvouched({ component, version }: ReleaseKey, lockFile: string): Problem {
  return warning(`nothing vouches for ${component} ${version}: there are no checksums of it`, {
    detail: `What is fetched now is locked in ${lockFile}, and later downloads have to be the same.`,
    remedy: 'Compare the hash in the lock file with one that you trust.',
  })
}

/** Why what is locked is not what the inventory names now; undefined if it is. */
export function otherThanNamed(
  locked: LockEntry,
  named: Awaited<ReturnType<NonNullable<Source['named']>>>,
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
  return error(`${describeKey(locked)} is not what the lock file holds`, {
    detail: `locked: ${show(locked.archives)}\nnow:    ${show(named)}`,
    remedy: `If the new one is meant, accept it with \`promha artifacts fetch --update\`. The lock file is ${lockFile}.`,
  })
}
