/** Packages of hosts' own systems in the lock file: which bytes were fetched for hosts that fetch nothing. Pure. */
import { compareText } from '../../diagnostic/order.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { IndexedPackage } from '../debian/package-index.ts'
import { fetchProblem } from '../messages.ts'

export interface LockedPackage extends IndexedPackage {
  /** Where it is fetched from: `debian/bookworm-security`. */
  readonly source: string
  /** Debian's own word: `amd64`. */
  readonly arch: string
}

export type LockedPackages = readonly LockedPackage[]

/** The release that a suite's packages are for: `bookworm` from `bookworm-security`. */
export function debianReleaseOf({ source }: Pick<LockedPackage, 'source'>): string {
  return source.replace(/^debian\//, '').replace(/-(security|updates)$/, '')
}

function isSame(a: LockedPackage, b: LockedPackage): boolean {
  return a.name === b.name && a.arch === b.arch && debianReleaseOf(a) === debianReleaseOf(b)
}

/** With that package added or, where it is there already, replaced; in the order of the file. */
export function withPackage(packages: LockedPackages, one: LockedPackage): LockedPackages {
  const keyOf = (each: LockedPackage) => `${debianReleaseOf(each)} ${each.arch} ${each.name}`
  const others = packages.filter(other => !isSame(other, one))
  return [...others, one].sort((a, b) => compareText(keyOf(a), keyOf(b)))
}

/** Why this one may not stand for what is locked. */
export function packageConflict(
  packages: LockedPackages,
  fetched: LockedPackage,
  lockFile: string,
): Problem | undefined {
  const locked = packages.find(one => isSame(one, fetched) && one.sha256 !== fetched.sha256)
  if (!locked) return undefined
  const { name } = fetched
  const found = { name, locked: describe(locked), fetched: describe(fetched), lockFile }
  return fetchProblem.packageNotAsLocked({}, found)
}

function describe({ name, version, source, arch, sha256 }: LockedPackage): string {
  return `${name} ${version} (${source}, ${arch}) sha256 ${sha256}`
}
