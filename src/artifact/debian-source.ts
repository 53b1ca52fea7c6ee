/** Releases from Debian's packages, trusted through InRelease → Packages → .deb. */

import { releasedComponents } from '../../roles/index.ts'
import { error } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import { debianArch, debianMembers, debianPackages, upstreamVersion } from './catalog.ts'
import { type MachinePaths, machinePaths } from './debian/machine.ts'
import type { Package } from './debian/packages.ts'
import { openSuite, type Purpose, packageMirrors } from './debian/suite.ts'
import { NotFoundError } from './http-problem.ts'
import { localArch } from './local-arch.ts'
import { once, remember } from './memo.ts'
import { AbsentError, type Arch } from './model.ts'
import type { Archive, ObtainedArchive, ReleaseKey, Source } from './source.ts'
import type { Transfer } from './transfer.ts'
import { joinUrl } from './url.ts'

const purpose: Purpose = {
  noSource: () => ({
    summary: '`artifacts.from: debian` needs a Debian machine: no package source of Debian was found here',
    remedy:
      'Run promha on a Debian machine, or set `artifacts.from` to upstream, to a mirror or to a directory; with a filled cache and lock file no source is needed.',
  }),
  unknownSuite:
    'Check `artifacts.suite`: a codename such as forky or trixie that the mirror of this machine carries.',
  unknownArch: 'Choose another suite, or take this component from upstream.',
}

/** `paths` says where this machine's apt has its files. */
export function debianSource(suite: string, transfer: Transfer, paths: MachinePaths = machinePaths): Source {
  const opened = once(() => openSuite({ suite, paths, transfer, purpose }))
  const lists = new Map<string, Promise<ReadonlyMap<string, Package>>>()
  const packagesOf = (arch: Arch) => {
    const name = debianArch(arch)
    return remember(lists, name, async () => {
      const wanted = releasedComponents.flatMap(component => debianPackages(component).map(one => one.name))
      return (await opened()).packages(name, wanted)
    })
  }

  const archivesOf = async (component: Component, arch: Arch) => {
    if (debianPackages(component).length === 0)
      throw new AbsentError([
        error(`Debian has no package of ${component}`, {
          remedy: `Take it from elsewhere: \`artifacts: { components: { ${component}: { from: upstream } } }\`.`,
        }),
      ])
    const list = await packagesOf(arch)
    const found = debianPackages(component).flatMap(({ name, optional }) => {
      const one = list.get(name)
      if (one) return [one]
      if (optional) return []
      throw new AbsentError([
        error(`Debian's suite ${suite} has no package ${name} for ${debianArch(arch)}`, {
          remedy: `Choose another suite, or take it from elsewhere: \`artifacts: { components: { ${component}: { from: upstream } } }\`.`,
        }),
      ])
    })
    const version = upstreamVersion(found[0]?.version ?? '')
    return { version, archives: found.map(one => ({ name: one.filename, sha256: one.sha256 })) }
  }

  const resolve = async (key: ReleaseKey): Promise<readonly Archive[]> => {
    const { version, archives } = await archivesOf(key.component, key.arch)
    if (version === key.version) return archives
    throw new AbsentError([
      error(`Debian's suite ${suite} has ${key.component} ${version}, not ${key.version}`, {
        remedy: `A suite holds one version at a time: leave \`versions.${key.component}\` out or set it to "${version}", choose another suite, or take ${key.version} from upstream.`,
      }),
    ])
  }

  return {
    name: `debian/${suite}`,
    vouched: true,
    format: 'deb',
    defaultVersion: async component => (await archivesOf(component, localArch() ?? 'amd64')).version,
    members: key => debianMembers(key.component),
    resolve,
    obtain: async (key, archive) => {
      for (const mirror of await packageMirrors({ suite, paths, transfer, purpose })) {
        const found = await tryDownload(transfer, joinUrl(mirror.uri, archive.name), archive)
        if (found) return found
      }
      throw new AbsentError([await goneProblem(suite, key, archive, resolve)])
    },
  }
}

async function tryDownload(
  transfer: Transfer,
  url: string,
  archive: Archive,
): Promise<ObtainedArchive | undefined> {
  return transfer.download(url, archive).catch(cause => {
    if (cause instanceof NotFoundError) return undefined
    throw cause
  })
}

/** A package that the lock file names and the archive no longer has: say what it has instead. */
async function goneProblem(
  suite: string,
  key: ReleaseKey,
  archive: Archive,
  resolve: Source['resolve'],
): Promise<ReturnType<typeof error>> {
  const now = await resolve(key)
  return error(`Debian's archive no longer has the locked build of ${key.component} ${key.version}`, {
    detail: [
      `locked: ${archive.name} sha256 ${archive.sha256}`,
      `now:    ${now.map(one => `${one.name} sha256 ${one.sha256}`).join(', ')}`,
    ].join('\n'),
    remedy: `Take over a cache that still holds it, or accept what ${suite} has now with \`promha artifacts fetch --update\`.`,
  })
}
