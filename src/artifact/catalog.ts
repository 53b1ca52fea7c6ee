/** What each component's releases consist of, by what its definition says. No I/O. */
import { releaseOf } from '../../roles/index.ts'
import type { ArchiveMember, DebianPackage, UpstreamRelease } from '../../roles/release.ts'
import type { ArtifactSettings, Component } from '../inventory/model.ts'
import type { Arch } from './model.ts'

type SourceKind = ArtifactSettings['kind']

const debianArchitectures = { amd64: 'amd64', arm64: 'arm64', armv7: 'armhf' } as const satisfies Record<
  Arch,
  string
>

export const architectures: readonly Arch[] = ['amd64', 'arm64', 'armv7']

/** The version of this promha release's own set. */
export function defaultVersion(component: Component): string {
  return releaseOf(component).version
}

/** The host paths and modes that a release of that source kind consists of. */
export function programFiles(
  component: Component,
  kind: SourceKind,
): readonly { readonly path: string; readonly mode: number }[] {
  const { upstream, debian } = releaseOf(component)
  return ((kind === 'debian' ? debian : upstream)?.members ?? []).map(({ path, mode }) => ({ path, mode }))
}

/** Where upstream keeps a release: a folder below the base, the archive in it, its checksum file, its members. */
export function upstreamRelease(component: Component, version: string, arch: Arch): UpstreamRelease {
  const { folder, archive, checksums, members, architectures = {} } = releaseOf(component).upstream
  const fill = (text: string) =>
    text.replaceAll('$V', version).replaceAll('$ARCH', architectures[arch] ?? arch)
  return {
    folder: fill(folder),
    archive: fill(archive),
    checksums: fill(checksums),
    members: members.map(member => ({ ...member, member: fill(member.member) })),
  }
}

/** The Debian packages of a component, the one that bears its version first. */
export function debianPackages(component: Component): readonly DebianPackage[] {
  return releaseOf(component).debian?.packages ?? []
}

export function debianMembers(component: Component): readonly ArchiveMember[] {
  return releaseOf(component).debian?.members ?? []
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
