/** What a component's releases consist of, at upstream and in Debian. */

/** One file to take out of a release's archives, and where it lies on a host. */
export interface ArchiveMember {
  /** Path inside the archive, without a leading `./`. `*` before a slash: in any one directory, or in none. */
  readonly member: string
  readonly path: string
  readonly mode: number
}

export interface DebianPackage {
  readonly name: string
  /** Older suites carry its files in the component's first package. */
  readonly optional?: boolean
}

export interface ReleaseDefinition {
  /** Of an entry of the inventory: nothing vouches for it, and it never runs on this machine. */
  readonly own?: true
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
  /**
   * Beside the archive; `$ARCHIVE` stands for the archive's name. Empty: upstream states no hashes, so nothing vouches for
   * what is fetched first, and the program runs on hosts only.
   */
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

/** A release in the form that the projects of the Prometheus organisation give theirs. */
export function githubRelease(name: string, programs: readonly string[]): UpstreamRelease {
  return promuRelease(`prometheus/${name}`, programs)
}

/** The same of any repository on GitHub: an archive with one directory, as promu makes it, and a list of hashes. */
export function promuRelease(repository: string, programs?: readonly string[]): UpstreamRelease {
  const name = repository.replace(/^.*\//, '')
  return {
    folder: `${repository}/releases/download/v$V`,
    archive: `${name}-$V.linux-$ARCH.tar.gz`,
    checksums: 'sha256sums.txt',
    members: (programs ?? [name]).map(file => program(`${name}-$V.linux-$ARCH/${file}`, file)),
  }
}

/** An archive without a directory in it, as GoReleaser makes it if nothing else is said. */
export function flatRelease(
  repository: string,
  name: string,
  checksums = `${name}_$V_checksums.txt`,
): UpstreamRelease {
  return {
    folder: `${repository}/releases/download/v$V`,
    archive: `${name}_$V_linux_$ARCH.tar.gz`,
    checksums,
    members: [program(name, name)],
  }
}

/** A release of a project on GitLab, whose files have links there: the archive holds no directory. */
export function gitlabRelease(
  project: string,
  name: string,
  archive: string,
  checksums: string,
): UpstreamRelease {
  return {
    base: 'https://gitlab.com',
    folder: `${project}/-/releases/v$V/downloads`,
    archive,
    checksums,
    members: [program(name, name)],
  }
}

/** A package that holds one program, under another name than upstream's or under the same one. */
export function debianRelease(
  packageName: string,
  name: string,
  path = `usr/bin/${packageName}`,
): DebianRelease {
  return { packages: [{ name: packageName }], members: [program(path, name)] }
}

/** A program, which lies in /usr/local/bin on a host. */
export function program(member: string, name: string): ArchiveMember {
  return { member, path: `/usr/local/bin/${name}`, mode: 0o755 }
}

/** A file that a program reads, which lies on a host where it lies in the archive. */
export function support(member: string): ArchiveMember {
  return { member, path: `/${member}`, mode: 0o644 }
}
