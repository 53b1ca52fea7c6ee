/** Which Go builds the programs: the newest that this machine has, else apt's. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

/** What Thanos and Prometheus ask for. */
const wanted = [1, 26] as const
/** The first that fetches a newer toolchain by itself. */
const switching = [1, 21] as const

export interface Go {
  readonly path: string
  readonly version: string
  /** What its environment needs so that it can build everything; empty if nothing. */
  readonly env: Readonly<Record<string, string>>
}

/** The minor version of what `go version` prints: `[1, 26]`. */
export function goVersion(said: string): readonly [number, number] | undefined {
  const [, major, minor] = /\bgo version (?:\S+ )*?go(\d+)\.(\d+)/.exec(said) ?? []
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)]
}

type Version = readonly [number, number]

function isAtLeast([major, minor]: Version, [least, second]: Version): boolean {
  return major > least || (major === least && minor >= second)
}

/** The best of those found; undefined if none can build the programs, not even by a newer toolchain of its own choice. */
export function chooseGo(found: readonly { readonly path: string; readonly said: string }[]): Go | undefined {
  const known = found.flatMap(({ path, said }) => {
    const version = goVersion(said)
    return version === undefined ? [] : [{ path, version }]
  })
  const [best] = known.toSorted((one, other) => (isAtLeast(one.version, other.version) ? -1 : 1))
  if (best === undefined || !isAtLeast(best.version, switching)) return undefined
  const env: Record<string, string> = isAtLeast(best.version, wanted) ? {} : { GOTOOLCHAIN: 'auto' }
  return { path: best.path, version: best.version.join('.'), env }
}

/** Where Go may be: on the path first, then where its own archive and Debian's packages put it. */
async function candidates(): Promise<readonly string[]> {
  const debian = await readdir('/usr/lib').catch(() => [])
  const versioned = debian.filter(name => /^go-\d/.test(name)).map(name => join('/usr/lib', name, 'bin/go'))
  return ['go', '/usr/local/go/bin/go', ...versioned]
}

/** @param paths where to look, in this order */
export async function findGo(paths?: readonly string[]): Promise<Go | undefined> {
  const among = paths ?? (await candidates())
  const said = await Promise.all(
    among.map(async path => {
      const { failed, stdout } = await execa(path, ['version'], { reject: false })
      return { path, said: failed ? '' : stdout }
    }),
  )
  return chooseGo(said)
}

/** Installs Debian's Go if this machine has none that will do. Throws, with what to do, if there is none then either. */
export async function ensureGo(): Promise<Go> {
  const found = await findGo()
  if (found) return found
  console.log('no Go that can build the programs is here: installing golang-go by apt')
  const { failed, shortMessage } = await execa(
    'apt-get',
    ['install', '-y', '--no-install-recommends', 'golang-go'],
    { reject: false, stdout: 'inherit', stderr: 'inherit', env: { DEBIAN_FRONTEND: 'noninteractive' } },
  )
  const installed = failed ? undefined : await findGo()
  if (installed) return installed
  const why = failed ? shortMessage : `its Go is older than ${switching.join('.')}`
  throw new Error(
    `no Go ${switching.join('.')} or newer: apt gives none (${why}). Install Go ${wanted.join('.')} and put it on the PATH.`,
  )
}
