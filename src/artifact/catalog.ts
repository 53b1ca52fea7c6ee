/** What each component's releases consist of, upstream and in Debian. No I/O; a new component is one entry. */
import type { ArtifactSettings, ReleasedComponent } from '../inventory/model.ts'
import type { Arch } from './model.ts'

type SourceKind = ArtifactSettings['kind']

/** One file to take out of a release's archives, and where it lies on a host. */
export interface ArchiveMember {
  /** Path inside the archive, without a leading `./`. */
  readonly member: string
  readonly path: string
  readonly mode: number
}

interface DebianPackage {
  readonly name: string
  /** Older suites carry its files in the component's first package. */
  readonly optional?: boolean
}

interface CatalogEntry {
  /** What this release of promha installs where neither the inventory nor the lock file says. */
  readonly version: string
  /** `$V` and `$ARCH` stand for version and architecture; `checksums` lies beside `archive`. */
  readonly upstream: {
    readonly folder: string
    readonly archive: string
    readonly checksums: string
    readonly members: readonly ArchiveMember[]
  }
  readonly debian: { readonly packages: readonly DebianPackage[]; readonly members: readonly ArchiveMember[] }
}

const debianArchitectures = { amd64: 'amd64', arm64: 'arm64', armv7: 'armhf' } as const satisfies Record<
  Arch,
  string
>

export const architectures: readonly Arch[] = ['amd64', 'arm64', 'armv7']

const catalog: Readonly<Record<ReleasedComponent, CatalogEntry>> = {
  prometheus: {
    version: '3.13.2',
    upstream: githubRelease('prometheus', ['prometheus', 'promtool']),
    debian: {
      packages: [{ name: 'prometheus' }, { name: 'promtool', optional: true }],
      members: [program('usr/bin/prometheus', 'prometheus'), program('usr/bin/promtool', 'promtool')],
    },
  },
  alertmanager: {
    version: '0.34.0',
    upstream: githubRelease('alertmanager', ['alertmanager', 'amtool']),
    debian: {
      packages: [{ name: 'prometheus-alertmanager' }],
      members: [
        program('usr/bin/prometheus-alertmanager', 'alertmanager'),
        program('usr/bin/amtool', 'amtool'),
        // Debian's build reads these at run time and does not start without them.
        support('usr/share/prometheus/alertmanager/default.tmpl'),
        support('usr/share/prometheus/alertmanager/email.tmpl'),
      ],
    },
  },
  node_exporter: {
    version: '1.12.1',
    upstream: githubRelease('node_exporter', ['node_exporter']),
    debian: {
      packages: [{ name: 'prometheus-node-exporter' }],
      members: [program('usr/bin/prometheus-node-exporter', 'node_exporter')],
    },
  },
  pushgateway: {
    version: '1.11.3',
    upstream: githubRelease('pushgateway', ['pushgateway']),
    debian: {
      packages: [{ name: 'prometheus-pushgateway' }],
      members: [program('usr/bin/prometheus-pushgateway', 'pushgateway')],
    },
  },
  blackbox_exporter: {
    version: '0.28.0',
    upstream: githubRelease('blackbox_exporter', ['blackbox_exporter']),
    debian: {
      packages: [{ name: 'prometheus-blackbox-exporter' }],
      members: [program('usr/bin/prometheus-blackbox-exporter', 'blackbox_exporter')],
    },
  },
}

function githubRelease(name: string, programs: readonly string[]): CatalogEntry['upstream'] {
  return {
    folder: `prometheus/${name}/releases/download/v$V`,
    archive: `${name}-$V.linux-$ARCH.tar.gz`,
    checksums: 'sha256sums.txt',
    members: programs.map(file => program(`${name}-$V.linux-$ARCH/${file}`, file)),
  }
}

function program(member: string, name: string): ArchiveMember {
  return { member, path: `/usr/local/bin/${name}`, mode: 0o755 }
}

function support(member: string): ArchiveMember {
  return { member, path: `/${member}`, mode: 0o644 }
}

/** The version of this promha release's own set. */
export function defaultVersion(component: ReleasedComponent): string {
  return catalog[component].version
}

/** The host paths and modes that a release of that source kind consists of. */
export function programFiles(
  component: ReleasedComponent,
  kind: SourceKind,
): readonly { readonly path: string; readonly mode: number }[] {
  const { upstream, debian } = catalog[component]
  return (kind === 'debian' ? debian : upstream).members.map(({ path, mode }) => ({ path, mode }))
}

/** Where upstream keeps a release: a folder below the base, the archive in it, its checksum file, its members. */
export function upstreamRelease(
  component: ReleasedComponent,
  version: string,
  arch: Arch,
): CatalogEntry['upstream'] {
  const fill = (text: string) => text.replaceAll('$V', version).replaceAll('$ARCH', arch)
  const { folder, archive, checksums, members } = catalog[component].upstream
  return {
    folder: fill(folder),
    archive: fill(archive),
    checksums: fill(checksums),
    members: members.map(member => ({ ...member, member: fill(member.member) })),
  }
}

/** The Debian packages of a component, the one that bears its version first. */
export function debianPackages(component: ReleasedComponent): readonly DebianPackage[] {
  return catalog[component].debian.packages
}

export function debianMembers(component: ReleasedComponent): readonly ArchiveMember[] {
  return catalog[component].debian.members
}

/** Debian's own word for an architecture. */
export function debianArch(arch: Arch): string {
  return debianArchitectures[arch]
}

/** The upstream part of a Debian version: `3.5.0` from `1:3.5.0+ds1-2~bpo12+1`, `3.0.0-rc.1` from `3.0.0~rc.1+ds-1`. */
export function upstreamVersion(debianVersion: string): string {
  return debianVersion
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/\+.*$/, '')
    .replace('~', '-')
}
