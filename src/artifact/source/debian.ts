/** Releases from Debian's packages, trusted through InRelease → Packages → .deb. */
import { releasedComponents } from '../../../roles/index.ts'
import type { ArtifactOrigin } from '../../inventory/artifact/origin.ts'
import type { Component } from '../../inventory/model.ts'
import { debianArch, debianMembers, debianPackages, upstreamVersion } from '../catalog.ts'
import { type MachinePaths, machinePaths } from '../debian/machine.ts'
import { debianProblem } from '../debian/messages.ts'
import { fetchFromMirrors, type Purpose } from '../debian/mirrors.ts'
import { type IndexedPackage, showPackages } from '../debian/package-index.ts'
import { openSuites } from '../debian/suite.ts'
import { oncePerKey } from '../memo.ts'
import { fetchProblem } from '../messages.ts'
import { AbsentError, type Arch, localArch } from '../model.ts'
import type { Archive, ReleaseKey, ReleaseSource } from './source.ts'
import type { Transfer } from './transfer.ts'

type Origin = Pick<ArtifactOrigin, 'of' | 'suitePlace'>

const purposeOf = ({ of = 'artifacts', suitePlace }: Origin): Purpose => ({
  noSource: looked => debianProblem.noSource({}, looked),
  unknownSuite: {
    remedy: `Check \`${of}.suite\`: a codename such as forky or trixie that the mirror of this machine carries.`,
    ...(suitePlace ? { source: suitePlace } : {}),
  },
  unknownArch: 'Choose another suite, or take this component from upstream.',
})

/** `paths` says where this machine's apt has its files. */
export function debianSource(
  suite: string,
  transfer: Transfer,
  paths: MachinePaths = machinePaths,
  origin: Origin = {},
): ReleaseSource {
  const options = { paths, transfer, purpose: purposeOf(origin) }
  const lists = new Map<string, Promise<readonly IndexedPackage[]>>()
  const packagesOf = (arch: Arch) => {
    const name = debianArch[arch]
    return oncePerKey(lists, name, async () => {
      const wanted = releasedComponents.flatMap(component => debianPackages(component).map(one => one.name))
      return showPackages(await openSuites({ ...options, suites: [suite], arch: name }), wanted)
    })
  }

  const archivesOf = async (component: Component, arch: Arch) => {
    if (debianPackages(component).length === 0)
      throw new AbsentError([fetchProblem.notInDebian({}, component)])
    const list = await packagesOf(arch)
    const found = debianPackages(component).flatMap(({ name, optional }) => {
      const one = list.find(listed => listed.name === name)
      if (one) return [one]
      if (optional) return []
      const place = { suite, name, debianArch: debianArch[arch], component }
      throw new AbsentError([fetchProblem.notInSuite({}, place)])
    })
    const version = upstreamVersion(found[0]?.version ?? '')
    return { version, archives: found.map(one => ({ name: one.filename, sha256: one.sha256 })) }
  }

  const resolve = async (key: ReleaseKey): Promise<readonly Archive[]> => {
    const { component, version: wanted } = key
    const { version, archives } = await archivesOf(component, key.arch)
    if (version === wanted) return archives
    throw new AbsentError([fetchProblem.otherVersionInSuite({}, { suite, component, version, wanted })])
  }

  return {
    name: `debian/${suite}`,
    vouched: true,
    format: 'deb',
    defaultVersion: async component => (await archivesOf(component, localArch() ?? 'amd64')).version,
    members: key => debianMembers(key.component),
    resolve,
    obtain: async (key, archive) => {
      const found = await fetchFromMirrors(suite, archive, options)
      if (found) return found
      // A package that the lock file names and the archive no longer has: say what it has instead.
      const tell = ({ name, sha256 }: Archive) => `${name} sha256 ${sha256}`
      const now = (await resolve(key)).map(tell)
      const { component, version } = key
      const gone = { component, version, suite, locked: tell(archive), now }
      throw new AbsentError([debianProblem.buildGone({}, gone)])
    },
  }
}
