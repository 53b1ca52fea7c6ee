/** A machine's own package sources, in both of apt's formats. Pure. */

export interface AptSource {
  readonly uri: string
  readonly suites: readonly string[]
  readonly components: readonly string[]
  /** Keyring files, or a key block as it stands in the file; empty where apt's own keyrings count. */
  readonly signedBy: readonly string[]
}

/** One-line format: `deb [signed-by=… arch=…] URI SUITE COMPONENT…` */
export function parseSourcesList(text: string): readonly AptSource[] {
  return text.split('\n').flatMap(line => {
    const found = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line)
    if (!found) return []
    const [, options = '', uri = '', suite = '', components = ''] = found
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1]
    return [{ uri, suites: [suite], components: words(components), signedBy: signedBy?.split(',') ?? [] }]
  })
}

/** The deb822 format of `*.sources`; stanzas that are switched off are left out. */
export function parseDeb822(text: string): readonly AptSource[] {
  return parseStanzas(text).flatMap(stanza => {
    if (
      !words(stanza.types).includes('deb') ||
      /^(no|false|0|off|without|disable)$/i.test(stanza.enabled ?? '')
    )
      return []
    return words(stanza.uris).map(uri => ({
      uri,
      suites: words(stanza.suites),
      components: words(stanza.components),
      signedBy: signedBy(stanza['signed-by'] ?? ''),
    }))
  })
}

/** Fields of each stanza by their names in lower case; continuation lines keep their line breaks. */
export function parseStanzas(text: string): readonly Readonly<Record<string, string>>[] {
  const stanzas: Record<string, string>[] = []
  let current: Record<string, string> | undefined
  let field = ''
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue
    if (line.trim() === '') {
      current = undefined
      continue
    }
    if (!current) {
      current = {}
      stanzas.push(current)
    }
    if (/^\s/.test(line)) {
      current[field] = `${current[field] ?? ''}\n${line.slice(1)}`
      continue
    }
    const colon = line.indexOf(':')
    if (colon < 0) continue
    field = line.slice(0, colon).toLowerCase()
    current[field] = line.slice(colon + 1).trim()
  }
  return stanzas
}

/** The absolute path of the file that lists the mirrors, where a source names one as Debian's cloud images do. */
export function mirrorListPath({ uri }: AptSource): string | undefined {
  return /^mirror\+file:\/*(\/\S+)$/.exec(uri)?.[1]
}

/** The addresses in such a file, a line each, with options behind them. */
export function parseMirrorList(text: string): readonly string[] {
  return [...text.matchAll(/^\s*(https?:\S+)/gm)].map(found => found[1] ?? '')
}

/**
 * Where a suite may be found: the sources that carry it, then those that carry this machine's own release; a mirror
 * keeps all suites below one base. Updates, security and other publishers' sources do not count.
 */
export function mirrorsFor(
  suite: string,
  machineSuites: readonly string[],
  sources: readonly AptSource[],
): readonly AptSource[] {
  const usable = sources.filter(
    source => /^https?:\/\//.test(source.uri) && source.components.includes('main'),
  )
  const exact = usable.filter(source => source.suites.includes(suite))
  const own = usable.filter(source => source.suites.some(one => machineSuites.includes(one)))
  const seen = new Set<string>()
  return [...exact, ...own].filter(({ uri }) => !seen.has(uri) && seen.add(uri))
}

function signedBy(value: string): readonly string[] {
  if (!value.includes('-----BEGIN')) return words(value)
  // Deb822 writes an empty line of a block as a dot.
  return [value.replace(/^\s*\.\s*$/gm, '').trim()]
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter(word => word !== '')
}
