/** The sources that the inventory's `artifacts:` and its own programs name. */
import { basename, dirname } from 'node:path'
import { join } from 'node:path/posix'
import type { ReleaseDefinition } from '../../../roles/release.ts'
import { remembered } from '../../diagnostic/grouped.ts'
import type { ArtifactOrigin, ArtifactSettings } from '../../inventory/artifact/origin.ts'
import { originOf } from '../../inventory/artifact/origin.ts'
import { releaseIn } from '../../inventory/artifact/own-releases.ts'
import type { Component, Inventory } from '../../inventory/model.ts'
import { upstreamRelease } from '../catalog.ts'
import { machinePaths, withKeyring } from '../debian/machine.ts'
import { maskUrl } from '../http/url.ts'
import { fetchProblem } from '../messages.ts'
import { UnfetchedError } from '../model.ts'
import { debianSource } from './debian.ts'
import { directorySource } from './directory.ts'
import { githubSource, upstreamSource } from './github.ts'
import { ofSource } from './own-problem.ts'
import type { Archive, ReleaseKey, ReleaseSource } from './source.ts'
import type { Transfer } from './transfer.ts'

/** Debian's own name for its current release, where the inventory names no suite. */
export const defaultSuite = 'stable'

interface Ways {
  readonly settings: ArtifactSettings
  readonly transfer: Transfer
  readonly isLocked: (archive: Archive) => boolean
}

/** Where each component comes from; each place is opened once. */
export function openSources(
  inventory: Pick<Inventory, 'artifacts' | 'cells'>,
  transfer: Transfer,
  isLocked: Ways['isLocked'],
): (component: Component) => ReleaseSource {
  const { artifacts } = inventory
  const ways = { settings: artifacts, transfer, isLocked }
  const opened = new Map<string, ReleaseSource>()
  return component => {
    const release = releaseIn(inventory, component)
    const origin = originOf(artifacts, component)
    if (release.own) return remembered(opened, component, () => ownSource(release, origin, ways))
    const { kind, from, suite } = origin
    const source = remembered(opened, JSON.stringify([kind, from, suite]), () => openSource(origin, ways))
    return kind !== 'debian' && release.upstream.checksums === '' ? unstated(source) : source
  }
}

function openSource(
  origin: ArtifactOrigin,
  { settings, transfer, isLocked }: Ways,
  releaseIn?: () => ReleaseDefinition,
): ReleaseSource {
  switch (origin.kind) {
    case 'directory':
      return directorySource(origin.from, transfer, isLocked, releaseIn)
    case 'debian':
      return debianSource(origin.suite ?? defaultSuite, transfer, withKeyring(machinePaths, settings), origin)
    case 'mirror': {
      const source = githubSource(origin.from, transfer, releaseIn)
      return origin.unasked ? unasked(source, origin.from) : source
    }
    case 'upstream':
      return upstreamSource(transfer, releaseIn)
  }
}

/** A mirror whose URL holds a placeholder: lock file and cache are all there is of it. Refuses with an UnfetchedError. */
function unasked(source: ReleaseSource, url: string): ReleaseSource {
  const refuse = async () => {
    throw new UnfetchedError([fetchProblem.mirrorNotAsked({}, maskUrl(url))])
  }
  return { ...source, resolve: refuse, obtain: refuse }
}

/** Without hashes of its publisher's, nothing vouches for it. */
function unstated(source: ReleaseSource): ReleaseSource {
  return { ...source, vouched: false, unstated: true }
}

/** What is wrong with it is told at the entry. */
function withWarnings(source: ReleaseSource, release: ReleaseDefinition, origin: ArtifactOrigin) {
  const explain = ofSource(release, origin)
  const resolve: ReleaseSource['resolve'] = key => source.resolve(key).catch(explain)
  const obtain: ReleaseSource['obtain'] = (key, archive) => source.obtain(key, archive).catch(explain)
  return { ...source, resolve, obtain }
}

/** Of an entry of the inventory. Its archives bear their whole path, so that another one is seen in the lock file. */
function ownSource(release: ReleaseDefinition, origin: ArtifactOrigin, ways: Ways): ReleaseSource {
  const releases = () => release
  if (release.file !== undefined) {
    const source = directorySource(dirname(release.file), ways.transfer, ways.isLocked, releases)
    return { ...withWarnings(source, release, origin), name: 'inventory', named: source.resolve }
  }
  const { base, checksums } = release.upstream
  const from: ArtifactOrigin = origin.kind === 'debian' ? { ...origin, kind: 'upstream' } : origin
  const source =
    base === undefined
      ? { ...openSource(from, ways, releases), vouched: false }
      : githubSource(base, ways.transfer, releases)
  const own = withWarnings(source, release, origin)
  const whole = ({ component, version, arch }: ReleaseKey) => {
    const { folder, archive } = upstreamRelease(component, version, arch, release)
    return join(folder, archive)
  }
  return {
    ...(checksums === '' ? unstated(source) : source),
    ...(base === undefined ? {} : { name: 'inventory' }),
    resolve: async key => (await own.resolve(key)).map(archive => ({ ...archive, name: whole(key) })),
    obtain: (key, archive) => own.obtain(key, { ...archive, name: basename(archive.name) }),
    named: async key => [{ name: whole(key) }],
  }
}
