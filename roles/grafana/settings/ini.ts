/** Grafana's config as far as promha reads it: which settings there are, and on which line (as gopkg.in/ini.v1 1.67.2 reads it). */
import { trimmed, valueIn } from './ini-value.ts'

export interface IniSetting {
  readonly section: string
  readonly key: string
  readonly value: string
  /** A comment ends it that may have been meant as a part of it. */
  readonly cut: boolean
  /** From 1. */
  readonly line: number
}

export interface Ini {
  readonly settings: readonly IniSetting[]
  /** Each as often as it begins. */
  readonly sections: readonly { readonly name: string; readonly line: number }[]
  /** Lines that are none of a config, or of which another reader could make something else. */
  readonly faults: readonly { readonly line: number; readonly expected: string }[]
}

const expected = '[SECTION], KEY = VALUE, or a comment'
/** Quotes would vanish, and a sign that cannot be seen makes another name. */
const plainName = /^[!-~](?:[ -~]*[!-~])?$/
const named = (what: string) => `${what} without quotes, and of letters, digits, "_", "-" and "."`

/** The section of the settings above all sections. */
const noSection = 'DEFAULT'

export function parseIni(text: string): Ini {
  const settings: IniSetting[] = []
  const sections: { name: string; line: number }[] = []
  const faults: { line: number; expected: string }[] = []
  const lines = text.split('\n')
  let section = ''
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1
    const said = trimmed(lines[at] ?? '')
    if (said === '' || /^[;#]/.test(said)) continue
    if (said.startsWith('[')) {
      const [, name] = /^\[([^\]]+)\][ \t]*(?:[;#][^\]]*)?$/.exec(said) ?? []
      // Grafana would begin a section all the same, of which promha must not believe that it is none.
      if (name === undefined) faults.push({ line, expected })
      else if (!plainName.test(name)) faults.push({ line, expected: '[SECTION] without spaces at its ends' })
      section = name === noSection ? '' : (name ?? section)
      sections.push({ name: section, line })
      continue
    }
    const written = lines[at] ?? ''
    const split = written.search(/[=:]/)
    const key = trimmed(written.slice(0, Math.max(0, split)))
    if (key === '') {
      faults.push({ line, expected })
      continue
    }
    // "-" would become a number.
    if (!plainName.test(key) || /^["`]|^-$/.test(key))
      faults.push({ line, expected: named('KEY = VALUE, KEY') })
    const { value, cut, last, open } = valueIn(lines, at, written.slice(split + 1))
    if (value === undefined) faults.push({ line, expected: 'the quotes at the end of the value' })
    if (open) faults.push({ line, expected: 'a line behind the backslash' })
    settings.push({ section, key, value: value ?? '', cut, line })
    at = last
  }
  return { settings, sections, faults }
}

/** The value that counts: the last one of exactly these names. Undefined if there is none, or it is empty. */
export function iniValue({ settings }: Pick<Ini, 'settings'>, section: string, key: string) {
  const found = settings.findLast(one => one.section === section && one.key === key)
  return found === undefined || found.value === '' ? undefined : found.value
}
