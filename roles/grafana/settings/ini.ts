/** Grafana's config as far as promha reads it: which settings there are, and on which line. */

interface IniSetting {
  readonly section: string
  readonly key: string
  readonly value: string
  /** A comment ends it that may have been meant as a part of it. */
  readonly cut: boolean
  /** From 1. */
  readonly line: number
}

interface Ini {
  readonly settings: readonly IniSetting[]
  /** Lines that are none of a config. */
  readonly faults: readonly { readonly line: number; readonly expected: string }[]
}

const expected = '[SECTION], KEY = VALUE, or a comment'

export function parseIni(text: string): Ini {
  const settings: IniSetting[] = []
  const faults: { line: number; expected: string }[] = []
  const lines = text.split(/\r?\n/)
  let section = ''
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1
    const said = (lines[at] ?? '').trim()
    if (said === '' || /^[;#]/.test(said)) continue
    if (said.startsWith('[')) {
      const [, name] = /^\[([^\]]+)\]\s*(?:[;#][^\]]*)?$/.exec(said) ?? []
      // Grafana would begin a section all the same, of which promha must not believe that it is none.
      if (name === undefined) faults.push({ line, expected })
      else section = name.trim()
      continue
    }
    const split = said.search(/[=:]/)
    if (split < 1) {
      faults.push({ line, expected })
      continue
    }
    const [key, begun] = [said.slice(0, split).trim(), said.slice(split + 1).trim()]
    const { value, last, cut = false } = wholeValue(lines, at, begun)
    if (value === undefined) faults.push({ line, expected: 'the quotes at the end of the value' })
    settings.push({ section, key, value: value ?? '', cut, line })
    at = last
  }
  return { settings, faults }
}

/**
 * A value may go on over several lines, between three quotes or two backquotes, or behind a backslash. Outside of these a `#` or `;`
 * begins a comment, also between other quotes (gopkg.in/ini.v1, by which Grafana reads it).
 */
function wholeValue(lines: readonly string[], at: number, begun: string) {
  const quote = ['"""', '`'].find(one => begun.startsWith(one))
  if (quote === undefined) {
    let [value, last] = [begun, at]
    while (value.endsWith('\\') && last + 1 < lines.length) value = `${value.slice(0, -1)}${lines[++last]}`
    const [said = ''] = value.split(/[#;]/, 1)
    return { value: said.trim().replace(/^(["'])(.*)\1$/, '$2'), last, cut: /\S[#;]/.test(value) }
  }
  const parts = [begun.slice(quote.length)]
  let last = at
  while (!parts.at(-1)?.includes(quote)) {
    const next = lines[++last]
    if (next === undefined) return { last: lines.length }
    parts.push(next)
  }
  const text = parts.join('\n')
  return { value: text.slice(0, text.lastIndexOf(quote)), last }
}

/** The value that counts: the last one. Undefined if there is none, or it is empty. */
export function iniValue({ settings }: Pick<Ini, 'settings'>, section: string, key: string) {
  const found = settings.findLast(
    one => one.section.toLowerCase() === section && one.key.toLowerCase() === key,
  )
  return found === undefined || found.value === '' ? undefined : found.value
}
