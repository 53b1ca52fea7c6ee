/** Reads the two forms of apt's sources and finds Debian's own archive among them. Pure. */

export interface AptSource {
  readonly uri: string
  readonly suite: string
  readonly components: readonly string[]
  /** Path of a keyring, or `inline` for a key in the text; absent where apt's own keys are used. */
  readonly signedBy?: string
}

/** The enabled `deb` entries of one-line text (`/etc/apt/sources.list`, `*.list`). */
export function parseList(text: string): AptSource[] {
  return text.split('\n').flatMap(line => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)([^#]*)/.exec(line)
    if (!match) return []
    const [, options = '', uri = '', suite = '', components = ''] = match
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1]
    return [source(uri, suite, words(components), signedBy)]
  })
}

/** The enabled `deb` entries of deb822 text (`*.sources`), one for each URI and suite. */
export function parseDeb822(text: string): AptSource[] {
  return stanzas(text).flatMap(fields => {
    const enabled = !/^(no|false|off|0|without|disable)$/i.test(fields.get('enabled')?.trim() ?? 'yes')
    if (!enabled || !words(fields.get('types') ?? '').includes('deb')) return []
    const signed = fields.get('signed-by')?.trim()
    const signedBy = signed?.includes('BEGIN PGP') ? 'inline' : signed
    const components = words(fields.get('components') ?? '')
    return words(fields.get('uris') ?? '').flatMap(uri =>
      words(fields.get('suites') ?? '').map(suite => source(uri, suite, components, signedBy)),
    )
  })
}

function stanzas(text: string): Map<string, string>[] {
  const lines = text.split('\n').filter(line => !line.startsWith('#'))
  const blocks = lines.join('\n').split(/\n[ \t]*\n/)
  return blocks.map(block => {
    const fields = new Map<string, string>()
    let current = ''
    for (const line of block.split('\n')) {
      const match = /^([A-Za-z0-9-]+)\s*:(.*)$/.exec(line)
      if (match) {
        current = (match[1] ?? '').toLowerCase()
        fields.set(current, (match[2] ?? '').trim())
      } else if (current !== '' && /^\s/.test(line)) {
        fields.set(current, `${fields.get(current)}\n${line.trim()}`)
      }
    }
    return fields
  })
}

function source(uri: string, suite: string, components: readonly string[], signedBy?: string): AptSource {
  return { uri, suite, components, ...(signedBy ? { signedBy } : {}) }
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(word => word !== '')
}

/**
 * The entry of Debian's own archive for the machine's release: its `main`, not updates, security or
 * backports, and no third party's (those name a keyring of their own or another kind of address).
 * `codename` is VERSION_CODENAME of os-release; a suite of that name wins over `testing` or `sid`.
 */
export function debianSource(
  sources: readonly AptSource[],
  codename: string | undefined,
): AptSource | undefined {
  const own = sources.filter(
    candidate =>
      candidate.components.includes('main') &&
      /^[a-z]+$/.test(candidate.suite) &&
      (candidate.signedBy ?? 'debian-archive').includes('debian-archive') &&
      rank(candidate.uri) > 0,
  )
  const score = (candidate: AptSource) => (candidate.suite === codename ? 10 : 0) + rank(candidate.uri)
  return own.sort((left, right) => score(right) - score(left))[0]
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
