/** What this machine's apt says of packages of the suites that it was given. */
import type { Installed } from '../../shell/package/install.ts'
import { parseStanzas } from './apt-sources.ts'
import type { PrivateApt } from './private-apt.ts'

export interface IndexedPackage extends Installed {
  /** Pre-Depends and Depends, as in its control file. */
  readonly depends: string
  /** Below the mirror's base. */
  readonly filename: string
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}

/** `packages`: names, each of which stands for its newest version, or `NAME=VERSION`. Those that are not there are left out. */
export async function showPackages(
  apt: PrivateApt,
  packages: readonly string[],
): Promise<readonly IndexedPackage[]> {
  const { stdout } = await apt.run('apt-cache', ['show', '--no-all-versions', '--', ...packages])
  return parseStanzas(stdout).flatMap(stanza => indexed(stanza) ?? [])
}

function indexed(fields: Readonly<Record<string, string>>): IndexedPackage | undefined {
  const { package: name, version, filename, sha256, provides = '' } = fields
  const size = Number(fields.size)
  if (!name || !version || !filename || !sha256 || !Number.isSafeInteger(size)) return undefined
  // The name ends up in a URL below the mirror's base, and in a path on the host.
  if (filename.split('/').includes('..') || !/^[0-9a-f]{64}$/.test(sha256)) return undefined
  const depends = [fields['pre-depends'], fields.depends].filter(Boolean).join(', ')
  return { name, version, filename, sha256, size, depends, provides }
}

type Suites = ReadonlyMap<string, string>

/** Which suite has a version of a package: by `NAME=VERSION`. */
export async function suitesOf(apt: PrivateApt, packages: readonly IndexedPackage[]): Promise<Suites> {
  const names = packages.map(({ name }) => name)
  const { stdout } = await apt.run('apt-cache', ['madison', '--', ...names])
  // `keepalived | 1:2.2.7-1 | http://mirror/debian bookworm/main amd64 Packages`
  const lines = stdout.matchAll(/^\s*(\S+) \|\s*(\S+) \| \S+ (\S+)\/main /gm)
  return new Map([...lines].map(([, name, version, suite = '']) => [`${name}=${version}`, suite]))
}
