/** The sources that the inventory's `artifacts:` and its own programs name. */
import { basename, dirname } from 'node:path'
import { join } from 'node:path/posix'
import type { ReleaseDefinition } from '../../roles/release.ts'
import type { ArtifactOrigin, ArtifactSettings } from '../inventory/artifact-origin.ts'
import { originOf } from '../inventory/artifact-origin.ts'
import type { Component, Inventory } from '../inventory/model.ts'
import { releaseIn } from '../inventory/own-releases.ts'
import { upstreamRelease } from './catalog.ts'
import { machinePaths, withKeyring } from './debian/machine.ts'
import { debianSource } from './debian-source.ts'
import { directorySource } from './directory-source.ts'
import { githubSource, upstreamSource } from './github-source.ts'
import type { Archive, ReleaseKey, Source } from './source.ts'
import type { Transfer } from './transfer.ts'
import { unasked } from './unasked-source.ts'

/** Debian's own name for its current release, where the inventory names no suite. */
export const defaultSuite = 'stable'

type IsLocked = (archive: Archive) => boolean

/** Where each component comes from; each place is opened once. */
export function openSources(
  inventory: Pick<Inventory, 'artifacts' | 'cells'>,
  transfer: Transfer,
  isLocked: IsLocked,
): (component: Component) => Source {
  const { artifacts } = inventory
  const opened = new Map<string, Source>()
  const open = (key: string, source: () => Source) => {
    const found = opened.get(key) ?? source()
    opened.set(key, found)
    return found
  }
  return component => {
    const release = releaseIn(inventory, component)
    const origin = originOf(artifacts, component)
    if (release.own) return open(component, () => ownSource(release, origin, transfer, isLocked))
    const { kind, from, suite } = origin
    const source = open(JSON.stringify([kind, from, suite]), () =>
      openSource(origin, artifacts, transfer, isLocked),
    )
    return kind !== 'debian' && release.upstream.checksums === '' ? unstated(source) : source
  }
}

function openSource(
  origin: ArtifactOrigin,
  settings: ArtifactSettings,
  transfer: Transfer,
  isLocked: IsLocked,
): Source {
  switch (origin.kind) {
    case 'directory':
      return directorySource(origin.from, transfer, isLocked)
    case 'debian':
      return debianSource(origin.suite ?? defaultSuite, transfer, withKeyring(machinePaths, settings))
    case 'mirror':
      return mirrorSource(origin, transfer)
    case 'upstream':
      return upstreamSource(transfer)
  }
}

function mirrorSource(
  { from, unasked: silent }: ArtifactOrigin,
  transfer: Transfer,
  releases?: () => ReleaseDefinition,
) {
  const source = githubSource(from, transfer, releases)
  return silent ? unasked(source, from) : source
}

/** Without hashes of its publisher's, nothing vouches for it. */
function unstated(source: Source): Source {
  return { ...source, vouched: false, unstated: true }
}

/** Of an entry of the inventory. Its archives bear their whole path, so that another one is seen in the lock file. */
function ownSource(
  release: ReleaseDefinition,
  origin: ArtifactOrigin,
  transfer: Transfer,
  isLocked: IsLocked,
): Source {
  const releases = () => release
  if (release.file !== undefined) {
    const source = directorySource(dirname(release.file), transfer, isLocked, releases)
    return { ...source, name: 'inventory', named: source.resolve }
  }
  const { base, checksums } = release.upstream
  const source =
    base !== undefined
      ? githubSource(base, transfer, releases)
      : origin.kind === 'mirror'
        ? mirrorSource(origin, transfer, releases)
        : origin.kind === 'directory'
          ? directorySource(origin.from, transfer, isLocked, releases)
          : { ...upstreamSource(transfer, releases), vouched: false }
  const whole = ({ component, version, arch }: ReleaseKey) => {
    const { folder, archive } = upstreamRelease(component, version, arch, release)
    return join(folder, archive)
  }
  return {
    ...(checksums === '' ? unstated(source) : source),
    ...(base === undefined ? {} : { name: 'inventory' }),
    resolve: async key => (await source.resolve(key)).map(archive => ({ ...archive, name: whole(key) })),
    obtain: (key, archive) => source.obtain(key, { ...archive, name: basename(archive.name) }),
    named: async key => [{ name: whole(key) }],
  }
}
