/** What each component's releases consist of, by what its definition says. No I/O. */
import { releaseOf } from '../../roles/index.ts'
import type { ArchiveMember, DebianPackage, UpstreamRelease } from '../../roles/release.ts'
import type { ArtifactOrigin } from '../inventory/artifact/origin.ts'
import type { Component } from '../inventory/model.ts'
import { fetchProblem } from './messages.ts'
import { AbsentError, type Arch } from './model.ts'

type SourceKind = ArtifactOrigin['kind']

/** Debian's own words for the architectures. */
export const debianArch: Readonly<Record<Arch, string>> = { amd64: 'amd64', arm64: 'arm64', armv7: 'armhf' }

export const architectures: readonly Arch[] = ['amd64', 'arm64', 'armv7']

/** The host paths and modes that a release of that source kind consists of. */
export function programFiles(
  component: Component,
  kind: SourceKind,
  release = releaseOf(component),
): readonly Pick<ArchiveMember, 'path' | 'mode' | 'strip'>[] {
  const { upstream, debian, own } = release
  const { members } = (kind === 'debian' && !own ? debian : upstream) ?? { members: [] }
  return members.map(({ member: _, ...file }) => file)
}

/** Where upstream keeps a release: folder below the base, archive, checksum file, members. Throws an AbsentError if nowhere. */
export function upstreamRelease(
  component: Component,
  version: string,
  arch: Arch,
  { upstream } = releaseOf(component),
): UpstreamRelease {
  const { architectures: words = {} } = upstream
  const word = words[arch] === undefined ? arch : words[arch]
  if (word === null) {
    const made = architectures.filter(one => words[one] !== null)
    throw new AbsentError([fetchProblem.notMadeFor({}, component, arch, made)])
  }
  const fill = (text: string, archive = '') =>
    text.replace(
      /\$(ARCHIVE|ARCH|V)/g,
      (_, key) => ({ ARCHIVE: archive, ARCH: word, V: version })[key as 'V'],
    )
  const archive = fill(upstream.archive)
  const checksums = fill(upstream.checksums, archive)
  const members = upstream.members.map(member => ({ ...member, member: fill(member.member) }))
  return { ...upstream, folder: fill(upstream.folder), archive, checksums, members }
}

/** The Debian packages of a component, the one that bears its version first. */
export function debianPackages(component: Component): readonly DebianPackage[] {
  return releaseOf(component).debian?.packages ?? []
}

export function debianMembers(component: Component): readonly ArchiveMember[] {
  return releaseOf(component).debian?.members ?? []
}

/** The upstream part of a Debian version: `3.5.0` from `1:3.5.0+ds1-2~bpo12+1`, `3.0.0-rc.1` from `3.0.0~rc.1+ds-1`. */
export function upstreamVersion(debianVersion: string): string {
  return debianVersion
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/\+.*$/, '')
    .replace('~', '-')
}
