/** Packages of hosts' own systems in the lock file: which bytes were fetched for hosts that fetch nothing. Pure. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { IndexedPackage } from './debian/package-index.ts'

export interface LockedPackage extends IndexedPackage {
  /** Where it is fetched from: `debian/bookworm-security`. */
  readonly source: string
  /** Debian's own word: `amd64`. */
  readonly arch: string
}

/** The release that a suite's packages are for: `bookworm` from `bookworm-security`. */
export function releaseOf({ source }: Pick<LockedPackage, 'source'>): string {
  return source.replace(/^debian\//, '').replace(/-(security|updates)$/, '')
}

function isSame(a: LockedPackage, b: LockedPackage): boolean {
  return a.name === b.name && a.arch === b.arch && releaseOf(a) === releaseOf(b)
}

/** With that package added or, where it is there already, replaced; in the order of the file. */
export function withPackage(
  packages: readonly LockedPackage[],
  one: LockedPackage,
): readonly LockedPackage[] {
  const keyOf = (each: LockedPackage) => `${releaseOf(each)} ${each.arch} ${each.name}`
  return [...packages.filter(other => !isSame(other, one)), one].sort((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1,
  )
}

/** Why this one may not stand for what is locked. */
export function packageConflict(
  packages: readonly LockedPackage[],
  fresh: LockedPackage,
  lockFile: string,
): Problem | undefined {
  const locked = packages.find(one => isSame(one, fresh) && one.sha256 !== fresh.sha256)
  if (!locked) return undefined
  return error(`the package ${fresh.name} is not what the lock file holds`, {
    detail: `locked:  ${describe(locked)}\nfetched: ${describe(fresh)}`,
    remedy: `If the new one is meant, accept it with \`promha artifacts fetch --update\`. If not, find out who changed it. The lock file is ${lockFile}.`,
  })
}

function describe({ name, version, source, arch, sha256 }: LockedPackage): string {
  return `${name} ${version} (${source}, ${arch}) sha256 ${sha256}`
}
