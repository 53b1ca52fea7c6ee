/** Releases over HTTP as upstream publishes them; a mirror keeps the same paths below a base of its own. */
import { join } from 'node:path/posix'
import { releaseOf } from '../../../roles/index.ts'
import { statedHash } from '../archive/checksums.ts'
import { upstreamRelease } from '../catalog.ts'
import { getText } from '../http/http.ts'
import { NotFoundError } from '../http/problem.ts'
import { joinUrl, maskUrl } from '../http/url.ts'
import { fetchProblem } from '../messages.ts'
import { AbsentError } from '../model.ts'
import type { ReleaseKey, ReleaseSource } from './source.ts'
import type { Transfer } from './transfer.ts'

export const upstreamBase = 'https://github.com'
const largestChecksums = 1 << 20

/** From upstream's own organisation, over https: no inventory and no environment variable leads elsewhere. */
export function upstreamSource(transfer: Transfer, releaseIn = releaseOf): ReleaseSource {
  return { ...releasesAt(undefined, transfer, releaseIn), vouched: true }
}

/** From a mirror; `base` is what stands before `org/repo/releases/download/…`. */
export function githubSource(base: string, transfer: Transfer, releaseIn = releaseOf): ReleaseSource {
  const { protocol, host } = new URL(base)
  return {
    ...releasesAt(base, transfer, releaseIn),
    ...(protocol === 'http:' ? { unprotected: host } : {}),
  }
}

type Releases = typeof releaseOf

/** @param mirror instead of each release's own base */
function releasesAt(mirror: string | undefined, transfer: Transfer, releaseIn: Releases): ReleaseSource {
  const { partsOf, ...common } = ofUpstream(releaseIn)
  const urlOf = (key: ReleaseKey, name: string) => {
    const { base = upstreamBase, folder } = partsOf(key)
    return joinUrl(mirror ?? base, join(folder, name))
  }
  return {
    ...common,
    resolve: async key => {
      const { archive, checksums } = partsOf(key)
      if (checksums === '') {
        const url = urlOf(key, archive)
        const sha256 = await transfer.discover(url).catch(explain(key, url))
        return [{ name: archive, sha256 }]
      }
      const url = urlOf(key, checksums)
      const text = await transfer
        .limit(() => getText(url, largestChecksums, transfer.signal))
        .catch(explain(key, url))
      const sha256 = statedHash(text, archive, checksums)
      if (sha256 !== undefined) return [{ name: archive, sha256 }]
      throw new AbsentError([fetchProblem.notReleasedForArch({}, { ...key, archive, url: maskUrl(url) })])
    },
    obtain: async (key, archive) => {
      const url = urlOf(key, archive.name)
      return transfer.download(url, archive).catch(explain(key, url))
    },
  }
}

/** What every source of upstream's archives has in common, and where upstream keeps a release. */
export function ofUpstream(releaseIn: Releases) {
  const partsOf = ({ component, version, arch }: ReleaseKey) =>
    upstreamRelease(component, version, arch, releaseIn(component))
  const members = (key: ReleaseKey) => partsOf(key).members
  const defaultVersion: ReleaseSource['defaultVersion'] = async component => releaseIn(component).version
  return { partsOf, name: 'upstream', vouched: false, format: 'tar.gz', defaultVersion, members } as const
}

function explain(key: ReleaseKey, url: string): (cause: unknown) => never {
  return cause => {
    if (!(cause instanceof NotFoundError)) throw cause
    throw new AbsentError([fetchProblem.notReleased({}, { ...key, url: maskUrl(url) })])
  }
}
