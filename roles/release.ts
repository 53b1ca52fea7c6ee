/** What a component's releases consist of, at upstream and in Debian. */
import type { SourceRange } from '../src/diagnostic/problem.ts'

/** One file to take out of a release's archives, and where it lies on a host. */
export interface ArchiveMember {
  /** Path inside the archive, without a leading `./`. `*` before a slash: in any one directory, or in none. */
  readonly member: string
  readonly path: string
  readonly mode: number
  /** The whole archive becomes a directory of that path, and this many leading parts of each name are left out. */
  readonly strip?: number
}

export interface DebianPackage {
  readonly name: string
  /** Older suites carry its files in the component's first package. */
  readonly optional?: boolean
}

export interface ReleaseDefinition {
  /** Of an entry of the inventory: nothing vouches for it, and it never runs on this machine. */
  readonly own?: true
  /** Where the inventory names it. */
  readonly place?: SourceRange
  /** The program itself is this file on this machine; absolute. */
  readonly file?: string
  /** What this release of promha installs where neither the inventory nor the lock file says. */
  readonly version: string
  readonly upstream: UpstreamRelease
  /** Absent: Debian has no package of this program. */
  readonly debian?: DebianRelease
}

/** In all texts `$V` stands for the version and `$ARCH` for upstream's word for the architecture. */
export interface UpstreamRelease {
  /** What stands before `folder` at upstream; absent: GitHub. */
  readonly base?: string
  /** Below a mirror's base URL, as below upstream's own. */
  readonly folder: string
  /** A tar.gz, or the program itself if its only member is called as the archive is. */
  readonly archive: string
  /** Beside the archive, `$ARCHIVE`. Empty: upstream states no hashes, so the program runs on hosts only. */
  readonly checksums: string
  readonly members: readonly ArchiveMember[]
  /** Upstream's words for architectures where they are not promha's; null: no release. */
  readonly architectures?: Readonly<Partial<Record<'amd64' | 'arm64' | 'armv7', string | null>>>
}

export interface DebianRelease {
  /** The package that bears the component's version comes first. */
  readonly packages: readonly DebianPackage[]
  readonly members: readonly ArchiveMember[]
}

/** Of a repository on GitHub: an archive with one directory, as promu makes it, and a list of hashes. */
export function promuRelease(repository: string, programs?: readonly string[]): UpstreamRelease {
  const name = repository.replace(/^.*\//, '')
  return {
    folder: `${repository}/releases/download/v$V`,
    archive: `${name}-$V.linux-$ARCH.tar.gz`,
    checksums: 'sha256sums.txt',
    members: (programs ?? [name]).map(file => program(`${name}-$V.linux-$ARCH/${file}`, file)),
  }
}

/** An archive without a directory in it, as GoReleaser makes it; what is `own` is said otherwise. */
export function flatRelease(repository: string, own: Partial<UpstreamRelease> = {}): UpstreamRelease {
  const name = repository.replace(/^.*\//, '')
  return {
    folder: `${repository}/releases/download/v$V`,
    archive: `${name}_$V_linux_$ARCH.tar.gz`,
    checksums: `${name}_$V_checksums.txt`,
    members: [program(name, name)],
    ...own,
  }
}

/** Debian's package of a program, which has the program under its own name unless `path` says another one. */
export function debianRelease(name: string, path?: string): DebianRelease {
  const packageName = `prometheus-${name.replaceAll('_', '-')}`
  return { packages: [{ name: packageName }], members: [program(path ?? `usr/bin/${packageName}`, name)] }
}

/** Both. */
export function promuAndDebian(repository: string, version: string, path?: string): ReleaseDefinition {
  const name = repository.replace(/^.*\//, '')
  return { version, upstream: promuRelease(repository), debian: debianRelease(name, path) }
}

/** A program, which lies in /usr/local/bin on a host. */
export function program(member: string, name: string): ArchiveMember {
  return { member, path: `/usr/local/bin/${name}`, mode: 0o755 }
}

/** A release that is unpacked as a whole; its archive has one directory, as `grafana-12.0.0`. It is the only member. */
export function wholeTree(name: string): ArchiveMember {
  return { member: '*', path: `/usr/local/share/${name}`, mode: 0o755, strip: 1 }
}

/** A file that a program reads, which lies on a host where it lies in the archive. */
export function support(member: string): ArchiveMember {
  return { member, path: `/${member}`, mode: 0o644 }
}
