/** What each component's releases consist of, by what its definition says. No I/O. */
import { releaseOf } from '../../roles/index.ts'
import type { ArchiveMember, DebianPackage, UpstreamRelease } from '../../roles/release.ts'
import { error } from '../diagnostic/problem.ts'
import type { ArtifactOrigin } from '../inventory/artifact-origin.ts'
import type { Component } from '../inventory/model.ts'
import { AbsentError, type Arch } from './model.ts'

type SourceKind = ArtifactOrigin['kind']

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
  release = releaseOf(component),
): readonly { readonly path: string; readonly mode: number }[] {
  const { upstream, debian } = release
  return ((kind === 'debian' && !release.own ? debian : upstream)?.members ?? []).map(({ path, mode }) => ({
    path,
    mode,
  }))
}

/**
 * Where upstream keeps a release: a folder below the base, the archive in it, its checksum file, its members. Throws an
 * AbsentError if it is not made for that architecture.
 */
export function upstreamRelease(
  component: Component,
  version: string,
  arch: Arch,
  { upstream } = releaseOf(component),
): UpstreamRelease {
  const { architectures: words = {} } = upstream
  const word = words[arch] === undefined ? arch : words[arch]
  if (word === null) throw notMadeFor(component, arch, words)
  const fill = (text: string, archive = '') =>
    text.replace(
      /\$(ARCHIVE|ARCH|V)/g,
      (_, key) => ({ ARCHIVE: archive, ARCH: word, V: version })[key as 'V'],
    )
  const { folder, checksums, members } = upstream
  const archive = fill(upstream.archive)
  return {
    ...upstream,
    folder: fill(folder),
    archive,
    checksums: fill(checksums, archive),
    members: members.map(member => ({ ...member, member: fill(member.member) })),
  }
}

function notMadeFor(
  component: Component,
  arch: Arch,
  words: NonNullable<UpstreamRelease['architectures']>,
): AbsentError {
  const made = architectures.filter(one => words[one] !== null)
  return new AbsentError([
    error(`upstream releases no ${component} for ${arch}`, {
      detail: `It is released for ${made.join(', ')}.`,
      remedy: `Give it no hosts of ${arch}, or another source: \`artifacts: { components: { ${component}: { from: … } } }\`.`,
    }),
  ])
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
