/** Grafana's config as far as promha reads it: which settings there are, and on which line. */

interface IniSetting {
  readonly section: string
  readonly key: string
  readonly value: string
  /** From 1. */
  readonly line: number
}

interface Ini {
  readonly settings: readonly IniSetting[]
  /** Lines that are none of a config. */
  readonly faults: readonly { readonly line: number; readonly expected: string }[]
}

export function parseIni(text: string): Ini {
  const settings: IniSetting[] = []
  const faults: { line: number; expected: string }[] = []
  const lines = text.split(/\r?\n/)
  let section = ''
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1
    const said = (lines[at] ?? '').trim()
    if (said === '' || /^[;#]/.test(said)) continue
    const [, name] = /^\[([^\]]+)\]\s*(?:[;#].*)?$/.exec(said) ?? []
    if (name !== undefined) {
      section = name.trim()
      continue
    }
    const [, key, begun] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(said) ?? []
    if (key === undefined || begun === undefined) {
      faults.push({ line, expected: '[SECTION], KEY = VALUE, or a comment' })
      continue
    }
    const { value, last } = wholeValue(lines, at, begun)
    if (value === undefined) faults.push({ line, expected: 'the three quotes at the end of the value' })
    settings.push({ section, key, value: value ?? '', line })
    at = last
  }
  return { settings, faults }
}

/** A value may go on over several lines, between three quotes or behind a backslash. */
function wholeValue(lines: readonly string[], at: number, begun: string) {
  if (!begun.startsWith('"""')) {
    let [value, last] = [begun, at]
    while (value.endsWith('\\') && last + 1 < lines.length) value = `${value.slice(0, -1)}${lines[++last]}`
    return { value: value.replace(/^(["'`])(.*)\1$/, '$2'), last }
  }
  const rest = [begun.slice(3), ...lines.slice(at + 1)]
  const end = rest.findIndex(line => line.includes('"""'))
  if (end === -1) return { last: lines.length }
  const text = rest.slice(0, end + 1).join('\n')
  return { value: text.slice(0, text.lastIndexOf('"""')), last: at + end }
}

/** The value that counts: the last one. Undefined if there is none, or it is empty. */
export function iniValue({ settings }: Pick<Ini, 'settings'>, section: string, key: string) {
  const found = settings.findLast(
    one => one.section.toLowerCase() === section && one.key.toLowerCase() === key,
  )
  return found === undefined || found.value === '' ? undefined : found.value
}
