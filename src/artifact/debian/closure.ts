/** Which packages a host lacks for those that are wanted, asked of this machine's own apt. */
import type { Installed } from '../../shell/package/install.ts'
import type { IndexedPackage } from './package-index.ts'
import { aptWords, type PrivateApt } from './private-apt.ts'

export interface ClosureRequest<T extends IndexedPackage = IndexedPackage> {
  /** None of them is installed. */
  readonly wanted: readonly string[]
  readonly installed: readonly Installed[]
  /** Of these packages no other version is taken. */
  readonly pinned: readonly T[]
  readonly arch: string
}

export type PackageVersion = Pick<Installed, 'name' | 'version'>

/** `chosen`: in apt's order. `why`: what apt says. */
type Closure = { readonly chosen: readonly PackageVersion[] } | { readonly why: string }

/** What is installed is renewed only if its version will not do. Recommended and suggested packages are left out. */
export async function closureOf(apt: PrivateApt, request: ClosureRequest): Promise<Closure> {
  const { wanted, installed, pinned, arch } = request
  // A host with packages of two architectures names some twice.
  const there = new Map(installed.map(one => [one.name, one]))
  const present = [...there.values()].map(one => stanzaOf(one, arch, ['Status: install ok installed']))
  const offered = pinned.map(one => {
    const file = [`Filename: ${one.filename}`, `Size: ${one.size}`, `SHA256: ${one.sha256}`]
    return stanzaOf(one, arch, [`Depends: ${one.depends}`, ...file])
  })
  const pins = pinned.map(one => `Package: ${one.name}\nPin: version ${one.version}\nPin-Priority: 999\n`)
  const status = await apt.put('host-status', present.join('\n'))
  const preferences = await apt.put('pins', pins.join('\n'))
  const own = await apt.put('pinned_Packages', offered.join('\n'))
  const found = await apt.run('apt-get', [
    ...['-s', '-q', 'install', '--no-install-recommends'],
    ...['-o', `Dir::State::status=${status}`, '-o', `Dir::Etc::preferences=${preferences}`],
    ...(pinned.length > 0 ? ['--with-source', own] : []),
    ...['--', ...wanted],
  ])
  if (found.code !== 0) return { why: aptWords(found) }
  // `Inst keepalived [1:2.2.6-1] (1:2.2.7-1 Debian:12/stable [amd64])`
  const lines = found.stdout.matchAll(/^Inst ([^\s:]+)\S* (?:\[\S+\] )?\((\S+) /gm)
  return { chosen: [...lines].map(([, name = '', version = '']) => ({ name, version })) }
}

/** All packages are of the host's own architecture, and serve those that ask for any. */
function stanzaOf({ name, version, provides }: Installed, arch: string, more: readonly string[]): string {
  const own = [`Package: ${name}`, `Version: ${version}`, `Architecture: ${arch}`, 'Multi-Arch: allowed']
  const fields = [...own, `Provides: ${provides}`, ...more].filter(field => !field.endsWith(': '))
  return fields.map(field => `${field.replace(/[\r\n]/g, ' ')}\n`).join('')
}

/** Without apt: what of the locked packages can be meant, by names alone. Undefined if one that is wanted is not locked. */
export function lockedClosure<T extends IndexedPackage>(
  wanted: readonly string[],
  locked: readonly T[],
): readonly T[] | undefined {
  const named = (relations: string) => [...relations.matchAll(/(?:^|[,|])\s*([a-z0-9][a-z0-9+.-]*)/g)]
  const offers = locked.map(one => [one, [one.name, ...named(one.provides).map(([, name]) => name)]] as const)
  const chosen = new Set<T>()
  const take = (name: string): boolean => {
    const found = offers.filter(([, names]) => names.includes(name)).map(([one]) => one)
    for (const one of found.filter(one => !chosen.has(one))) {
      chosen.add(one)
      for (const [, needed = ''] of named(one.depends)) take(needed)
    }
    return found.length > 0
  }
  return wanted.every(take) ? [...chosen] : undefined
}
