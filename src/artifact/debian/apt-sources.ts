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
    const isOff = /^(no|false|0|off|without|disable)$/i.test(stanza.enabled ?? '')
    if (isOff || !words(stanza.types).includes('deb')) return []
    const [suites, components] = [words(stanza.suites), words(stanza.components)]
    const keys = signedBy(stanza['signed-by'] ?? '')
    return words(stanza.uris).map(uri => ({ uri, suites, components, signedBy: keys }))
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
    const [, name, value = ''] = /^([^\s:][^:]*):(.*)/s.exec(line) ?? []
    if (/^\s/.test(line)) current[field] = `${current[field] ?? ''}\n${line.slice(1)}`
    else if (name !== undefined) {
      field = name.toLowerCase()
      current[field] = value.trim()
    }
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

type Sources = readonly AptSource[]

/** The sources that carry a suite, then those of this machine's own release: a mirror keeps all suites below one base. */
export function mirrorsFor(suite: string, machineSuites: readonly string[], sources: Sources): Sources {
  const usable = sources.filter(
    ({ uri, components }) => /^https?:\/\//.test(uri) && components.includes('main'),
  )
  const exact = usable.filter(source => source.suites.includes(suite))
  const own = usable.filter(source => source.suites.some(one => machineSuites.includes(one)))
  return [...exact, ...own].filter(({ uri }, index, all) => all.findIndex(one => one.uri === uri) === index)
}

function signedBy(value: string): readonly string[] {
  if (!value.includes('-----BEGIN')) return words(value)
  // Deb822 writes an empty line of a block as a dot.
  return [value.replace(/^\s*\.\s*$/gm, '').trim()]
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter(word => word !== '')
}
