/** What this machine's apt knows: its package sources, its keyrings, how it reaches an archive. */
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { defined } from '../../diagnostic/defined.ts'
import type { ArtifactSettings } from '../../inventory/artifact/origin.ts'
import { runProgram } from '../../process/run.ts'
import { readNamedFile } from '../../trust/plain-file.ts'
import type { AptSource } from './apt-sources.ts'
import { mirrorListPath, mirrorsFor, parseDeb822, parseMirrorList, parseSourcesList } from './apt-sources.ts'

export interface MachinePaths {
  readonly apt: string
  readonly keyrings: string
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
  const files = [join(paths.apt, 'sources.list'), ...(await list(parts)).map(name => join(parts, name))]
  const read = async (file: string) => {
    if (file.endsWith('.list')) return parseSourcesList(await readOptional(file))
    return file.endsWith('.sources') ? parseDeb822(await readOptional(file)) : []
  }
  return (await Promise.all(files.map(read))).flat()
}

/** Each source that names a list of mirrors replaced by one source a mirror, none where the list cannot be read. */
export async function resolveMirrorLists(sources: readonly AptSource[]): Promise<readonly AptSource[]> {
  const resolve = async (source: AptSource) => {
    const path = mirrorListPath(source)
    if (path === undefined) return [source]
    return parseMirrorList(await readOptional(path)).map(uri => ({ ...source, uri }))
  }
  return (await Promise.all(sources.map(resolve))).flat()
}

/** The mirrors of this machine's own sources that may carry Debian's suite, the likeliest first; none without apt. */
export async function readMirrors(suite: string, paths: MachinePaths): Promise<readonly AptSource[]> {
  const mirrors = (await candidates(suite, paths)).filter(source => isDebians(source, paths))
  // One that names Debian's keyring is surely a mirror of Debian's; any other is found out by its InRelease.
  return mirrors.toSorted((a, b) => Number(isKeyed(b)) - Number(isKeyed(a)))
}

/** Sources that would carry a suite of that name, but have a key of their own: those of other publishers. */
export async function readForeign(suite: string, paths: MachinePaths): Promise<readonly AptSource[]> {
  return (await candidates(suite, paths)).filter(source => !isDebians(source, paths))
}

async function candidates(suite: string, paths: MachinePaths): Promise<readonly AptSource[]> {
  const sources = await resolveMirrorLists(await readSources(paths))
  const release = await readOptional(paths.osRelease)
  const codename = /^VERSION_CODENAME="?([^"\n]+)"?$/m.exec(release)?.[1]
  return mirrorsFor(suite, [codename ?? 'stable', 'stable', 'testing', 'unstable', 'sid'], sources)
}

const archiveKeyring = /^debian-archive-(?!removed-keys)[a-z0-9-]+\.(gpg|pgp|asc)$/

/** Whether a source has no key of its own other than Debian's, or that of `artifacts.keyring`. */
export function isDebians({ signedBy }: AptSource, { keyring }: Pick<MachinePaths, 'keyring'>): boolean {
  return signedBy.every(key => archiveKeyring.test(basename(key)) || key === keyring)
}

/** Whether a source names the keys that it is checked by. */
function isKeyed({ signedBy }: AptSource): boolean {
  return signedBy.length > 0
}

/** The keyrings that may vouch for Debian's archive, whatever key a source names. */
export async function archiveKeyrings({ keyrings, keyring }: MachinePaths): Promise<readonly Buffer[]> {
  const own = (await list(keyrings)).filter(name => archiveKeyring.test(name))
  const paths = [...own.map(name => join(keyrings, name)), ...(keyring === undefined ? [] : [keyring])]
  const read = await Promise.all(paths.map(path => readNamedFile(path).catch(() => Buffer.alloc(0))))
  return read.filter(({ length }) => length > 0)
}

/** The machine's paths with the keyring that an inventory names. */
export function withKeyring(paths: MachinePaths, settings: Pick<ArtifactSettings, 'keyring'>): MachinePaths {
  return { ...paths, ...defined({ keyring: settings.keyring }) }
}

/** How this machine's apt reaches an archive (proxy, checks of dates), as lines of an apt.conf; undefined if it has no apt. */
export async function aptSettings(): Promise<string | undefined> {
  const { stdout, missing } = await runProgram('apt-config', ['dump'])
  const kept =
    /^Acquire::(https?::(Proxy|CaInfo|Verify-Peer)\b.*|Check-Valid-Until|Check-Date|Retries) ".+";$/i
  const lines = stdout.split('\n').filter(line => kept.test(line))
  return missing ? undefined : lines.map(line => `${line}\n`).join('')
}

async function list(directory: string): Promise<readonly string[]> {
  return (await readdir(directory).catch(() => [])).sort()
}

async function readOptional(path: string): Promise<string> {
  return readNamedFile(path).then(String, () => '')
}
