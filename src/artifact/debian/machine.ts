/** What this machine's apt knows: its package sources, its keyrings, whether it minds expired lists. */
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ArtifactSettings } from '../../inventory/artifact-origin.ts'
import { readNamedFile } from '../../trust/plain-file.ts'
import { run } from '../process.ts'
import {
  type AptSource,
  mirrorListPath,
  mirrorsFor,
  parseDeb822,
  parseMirrorList,
  parseSourcesList,
} from './apt-sources.ts'

export interface MachinePaths {
  /** `/etc/apt` */
  readonly apt: string
  /** `/usr/share/keyrings` */
  readonly keyrings: string
  /** `/etc/os-release` */
  readonly osRelease: string
  /** A keyring whose keys count for Debian's archive beside Debian's own: `artifacts.keyring`. */
  readonly keyring?: string
}

export const machinePaths: MachinePaths = {
  apt: '/etc/apt',
  keyrings: '/usr/share/keyrings',
  osRelease: '/etc/os-release',
}

/** What this machine's apt fetches from, as it is written; none without apt. */
export async function readSources(paths: MachinePaths): Promise<readonly AptSource[]> {
  const parts = join(paths.apt, 'sources.list.d')
  const names = await list(parts)
  return [
    ...parseSourcesList(await readOptional(join(paths.apt, 'sources.list'))),
    ...(
      await Promise.all(
        names.map(async name => {
          if (name.endsWith('.list')) return parseSourcesList(await readOptional(join(parts, name)))
          if (name.endsWith('.sources')) return parseDeb822(await readOptional(join(parts, name)))
          return []
        }),
      )
    ).flat(),
  ]
}

/** Each source that names a list of mirrors replaced by one source a mirror, none where the list cannot be read. */
export async function resolveMirrorLists(sources: readonly AptSource[]): Promise<readonly AptSource[]> {
  const resolved = await Promise.all(
    sources.map(async source => {
      const path = mirrorListPath(source)
      if (path === undefined) return [source]
      return parseMirrorList(await readOptional(path)).map(uri => ({ ...source, uri }))
    }),
  )
  return resolved.flat()
}

/** The mirrors of this machine's own sources that may carry Debian's suite, the likeliest first; none without apt. */
export async function readMirrors(suite: string, paths: MachinePaths): Promise<readonly AptSource[]> {
  const mirrors = (await candidates(suite, paths)).filter(source => isDebians(source, paths))
  // One that names Debian's keyring is surely a mirror of Debian's; any other is found out by its InRelease.
  return [...mirrors.filter(isKeyed), ...mirrors.filter(source => !isKeyed(source))]
}

/** Sources that would carry a suite of that name, but have a key of their own: those of other publishers. */
export async function readForeign(suite: string, paths: MachinePaths): Promise<readonly AptSource[]> {
  return (await candidates(suite, paths)).filter(source => !isDebians(source, paths))
}

async function candidates(suite: string, paths: MachinePaths): Promise<readonly AptSource[]> {
  const sources = await resolveMirrorLists(await readSources(paths))
  const release = await readOptional(paths.osRelease)
  const codename = /^VERSION_CODENAME="?([^"\n]+)"?$/m.exec(release)?.[1]
  return mirrorsFor(suite, [...(codename ? [codename] : []), 'stable', 'testing', 'unstable', 'sid'], sources)
}

const archiveKeyring = /^debian-archive-(?!removed-keys)[a-z0-9-]+\.(gpg|pgp|asc)$/

/** Whether a source has no key of its own other than Debian's, or that of `artifacts.keyring`. */
export function isDebians({ signedBy }: AptSource, { keyring }: Pick<MachinePaths, 'keyring'>): boolean {
  return signedBy.every(key => archiveKeyring.test(basename(key)) || key === keyring)
}

/** Whether a source names the keys that it is checked by. */
export function isKeyed({ signedBy }: AptSource): boolean {
  return signedBy.length > 0
}

/** The keyring files that may vouch for Debian's archive, whatever key a source names. */
export async function archiveKeyrings({ keyrings, keyring }: MachinePaths): Promise<readonly string[]> {
  const own = (await list(keyrings)).filter(name => archiveKeyring.test(name))
  return [...own.map(name => join(keyrings, name)), ...(keyring === undefined ? [] : [keyring])]
}

/** The machine's paths with the keyring that an inventory names. */
export function withKeyring(
  paths: MachinePaths,
  { keyring }: Pick<ArtifactSettings, 'keyring'>,
): MachinePaths {
  return keyring === undefined ? paths : { ...paths, keyring }
}

/** False where the administrator told apt to use package lists past their date, as frozen mirrors need. */
export async function checksValidUntil(): Promise<boolean> {
  const { stdout } = await run('apt-config', ['shell', 'CHECK', 'Acquire::Check-Valid-Until'])
  return !/^CHECK='(false|no|0|off)'/im.test(stdout)
}

async function list(directory: string): Promise<readonly string[]> {
  return readdir(directory).then(
    names => names.sort(),
    () => [],
  )
}

async function readOptional(path: string): Promise<string> {
  return readNamedFile(path)
    .then(String)
    .catch(() => '')
}
