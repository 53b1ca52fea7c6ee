/** Finds Debian's own archive among a machine's package sources. Pure. */
import type { AptSource } from '../../artifact/debian/apt-sources.ts'

/** One suite of the archive, as one of the machine's sources names it. */
export interface ArchiveSuite {
  readonly source: AptSource
  readonly suite: string
}

/** The entry of the machine's release in Debian's own archive. `codename`, of os-release, wins over `testing` or `sid`. */
export function debianArchive(sources: readonly AptSource[], codename?: string): ArchiveSuite | undefined {
  const own = sources
    .filter(isOwn)
    .flatMap(source => source.suites.map(suite => ({ source, suite })))
    .filter(({ suite }) => /^[a-z]+$/.test(suite))
  const score = ({ source, suite }: ArchiveSuite) => (suite === codename ? 10 : 0) + rank(source.uri)
  return own.sort((left, right) => score(right) - score(left))[0]
}

function isOwn({ uri, components, signedBy }: AptSource): boolean {
  const keyed = signedBy.length === 0 || signedBy.some(file => /^\/\S*debian-archive/.test(file))
  return components.includes('main') && keyed && rank(uri) > 0
}

/** 2: a host of debian.org; 1: a mirror of the archive by its path, or a file that lists such mirrors. */
function rank(uri: string): number {
  if (/^mirror\+file:\S+\/debian\.list$/.test(uri)) return 1
  const match = /^(?:[a-z0-9+]+):\/*(?:[^/]*@)?([^/:]*)(?::\d+)?(\/.*)?$/i.exec(uri)
  if (!match) return 0
  const [, host = '', path = ''] = match
  if (/(^|\.)debian\.org$/i.test(host)) return /security/.test(path) ? 0 : 2
  return /\/debian\/?$/.test(path) || /\/archive\/debian\/[0-9TZ]+\/?$/.test(path) ? 1 : 0
}
