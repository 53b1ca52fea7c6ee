/** Releases over HTTP as upstream publishes them; a mirror keeps the same paths below a base of its own. */
import { error } from '../diagnostic/problem.ts'
import { defaultVersion, upstreamRelease } from './catalog.ts'
import { findChecksum } from './checksums.ts'
import { getText } from './http.ts'
import { NotFoundError } from './http-problem.ts'
import { AbsentError } from './model.ts'
import type { ReleaseKey, Source } from './source.ts'
import type { Transfer } from './transfer.ts'
import { joinUrl, maskUrl } from './url.ts'

export const upstreamBase = 'https://github.com'
const largestChecksums = 1 << 20

/** From upstream's own organisation, over https: no inventory and no environment variable leads elsewhere. */
export function upstreamSource(transfer: Transfer): Source {
  return { ...githubSource(upstreamBase, transfer), vouched: true }
}

/** From a mirror; `base` is what stands before `org/repo/releases/download/…`. */
export function githubSource(base: string, transfer: Transfer): Source {
  const { protocol, host } = new URL(base)
  const urlOf = (key: ReleaseKey, name: string) =>
    joinUrl(base, `${upstreamRelease(key.component, key.version, key.arch).folder}/${name}`)
  return {
    name: 'upstream',
    vouched: false,
    ...(protocol === 'http:' ? { unprotected: host } : {}),
    format: 'tar.gz',
    defaultVersion: async component => defaultVersion(component),
    members: key => upstreamRelease(key.component, key.version, key.arch).members,
    resolve: async key => {
      const { archive, checksums } = upstreamRelease(key.component, key.version, key.arch)
      const url = urlOf(key, checksums)
      const text = await transfer
        .limit(() => getText(url, largestChecksums, transfer.signal))
        .catch(explain(key, url))
      const sha256 = findChecksum(text, archive)
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
