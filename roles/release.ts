/** What a component's releases consist of, at upstream and in Debian. */

/** One file to take out of a release's archives, and where it lies on a host. */
export interface ArchiveMember {
  /** Path inside the archive, without a leading `./`. */
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
  /** What this release of promha installs where neither the inventory nor the lock file says. */
  readonly version: string
  /** `$V` and `$ARCH` stand for version and architecture; `checksums` lies beside `archive`. */
  readonly upstream: {
    readonly folder: string
    readonly archive: string
    readonly checksums: string
    readonly members: readonly ArchiveMember[]
  }
  /** The package that bears the component's version comes first. */
  readonly debian: { readonly packages: readonly DebianPackage[]; readonly members: readonly ArchiveMember[] }
}

/** A release in the form that the projects of the Prometheus organisation give theirs. */
export function githubRelease(name: string, programs: readonly string[]): ReleaseDefinition['upstream'] {
  return {
    folder: `prometheus/${name}/releases/download/v$V`,
    archive: `${name}-$V.linux-$ARCH.tar.gz`,
    checksums: 'sha256sums.txt',
    members: programs.map(file => program(`${name}-$V.linux-$ARCH/${file}`, file)),
  }
}

/** A program, which lies in /usr/local/bin on a host. */
export function program(member: string, name: string): ArchiveMember {
  return { member, path: `/usr/local/bin/${name}`, mode: 0o755 }
}

/** A file that a program reads, which lies on a host where it lies in the archive. */
export function support(member: string): ArchiveMember {
  return { member, path: `/${member}`, mode: 0o644 }
}
