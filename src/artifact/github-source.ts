/** Releases over HTTP as upstream publishes them; a mirror keeps the same paths below a base of its own. */
import { join } from 'node:path/posix'
import { releaseOf } from '../../roles/index.ts'
import { error } from '../diagnostic/problem.ts'
import { upstreamRelease } from './catalog.ts'
import { statedHash } from './checksums.ts'
import { getText } from './http.ts'
import { NotFoundError } from './http-problem.ts'
import { AbsentError } from './model.ts'
import type { ReleaseKey, Source } from './source.ts'
import type { Transfer } from './transfer.ts'
import { joinUrl, maskUrl } from './url.ts'

export const upstreamBase = 'https://github.com'
const largestChecksums = 1 << 20

/** From upstream's own organisation, over https: no inventory and no environment variable leads elsewhere. */
export function upstreamSource(transfer: Transfer, releaseIn = releaseOf): Source {
  return { ...releasesAt(undefined, transfer, releaseIn), vouched: true }
}

/** From a mirror; `base` is what stands before `org/repo/releases/download/…`. */
export function githubSource(base: string, transfer: Transfer, releaseIn = releaseOf): Source {
  const { protocol, host } = new URL(base)
  return {
    ...releasesAt(base, transfer, releaseIn),
    ...(protocol === 'http:' ? { unprotected: host } : {}),
  }
}

/** @param mirror instead of each release's own base */
function releasesAt(mirror: string | undefined, transfer: Transfer, releaseIn: typeof releaseOf): Source {
  const partsOf = ({ component, version, arch }: ReleaseKey) =>
    upstreamRelease(component, version, arch, releaseIn(component))
  const urlOf = (key: ReleaseKey, name: string) => {
    const { base = upstreamBase, folder } = partsOf(key)
    return joinUrl(mirror ?? base, join(folder, name))
  }
  return {
    name: 'upstream',
    vouched: false,
    format: 'tar.gz',
    defaultVersion: async component => releaseIn(component).version,
    members: key => partsOf(key).members,
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
      throw new AbsentError([
        error(`${key.component} ${key.version} has no ${archive}: ${maskUrl(url)} does not name it`, {
          remedy: `Choose a version that was released for ${key.arch}.`,
        }),
      ])
    },
    obtain: async (key, archive) => {
      const url = urlOf(key, archive.name)
      return transfer.download(url, archive).catch(explain(key, url))
    },
  }
}

function explain(key: ReleaseKey, url: string): (cause: unknown) => never {
  return cause => {
    if (!(cause instanceof NotFoundError)) throw cause
    throw new AbsentError([
      error(`${key.component} ${key.version} for ${key.arch} was not found`, {
        detail: `${maskUrl(url)} does not exist`,
        remedy: `Check \`versions.${key.component}\` and \`artifacts.from\`.`,
      }),
    ])
  }
}
