/** The value of a setting of Grafana's config, which may go on over several lines (as gopkg.in/ini.v1 1.67.2 reads it). */

export interface IniValue {
  /** Undefined if its quotes do not end. */
  readonly value: string | undefined
  /** A comment ends it that may have been meant as a part of it. */
  readonly cut: boolean
  /** The index of the line that it ends in. */
  readonly last: number
  /** It goes on behind its last line, and there is none. */
  readonly open?: true
}

/** What Go takes for white space: NEL is, and a byte order mark is not. */
const space = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const [first, spaces] = [new RegExp(`^${space}+`), new RegExp(space)]

/** Without white space at its ends. Takes linear time. */
export function trimmed(text: string): string {
  let end = text.length
  while (end > 0 && spaces.test(text[end - 1] ?? '')) end -= 1
  return text.slice(0, end).replace(first, '')
}

/** `begun`: what stands behind the sign in the line `at`. */
export function valueIn(lines: readonly string[], at: number, begun: string): IniValue {
  const text = begun.replace(first, '')
  const quote = ['"""', '`'].find(one => text.startsWith(one))
  if (quote !== undefined) return quoted(lines, at, { quote, begun: text.slice(quote.length) })
  const said = trimmed(text)
  return said.endsWith('\\') ? continued(lines, at, said.slice(0, -1)) : { ...plain(said), last: at }
}

/** A `#` or `;` begins a comment, also between quotes. */
function plain(said: string): Pick<IniValue, 'value' | 'cut'> {
  const comment = said.search(/[#;]/)
  const shown = comment === -1 ? said : trimmed(said.slice(0, comment))
  const value = shown.replace(/^(["'])((?:(?!\1).)*)\1$/su, '$2')
  const joined = /^\S[#;]|^[#;]\S/.test(said.slice(Math.max(0, comment - 1)))
  return { value, cut: comment !== -1 && (joined || /^["']/.test(value)) }
}

/** It ends behind the first line without a backslash at its end, or at an empty one, and has neither comments nor quotes. */
function continued(lines: readonly string[], at: number, begun: string): IniValue {
  const parts = [begun]
  for (let last = at + 1; last < lines.length; last += 1) {
    const next = trimmed(lines[last] ?? '')
    const goesOn = next.endsWith('\\')
    parts.push(goesOn ? next.slice(0, -1) : next)
    if (!goesOn) return { value: parts.join(''), cut: false, last }
  }
  return { value: parts.join(''), cut: false, last: lines.length, open: true }
}

/** Up to the last such quote of the first line that has one; of a further line only if no backslash ends it. */
function quoted(
  lines: readonly string[],
  at: number,
  { quote, begun }: { readonly quote: string; readonly begun: string },
): IniValue {
  const only = begun.lastIndexOf(quote)
  if (only !== -1) return { value: begun.slice(0, only), cut: false, last: at }
  const parts = [begun]
  for (let last = at + 1; last < lines.length; last += 1) {
    const next = lines[last] ?? ''
    const end = next.lastIndexOf(quote)
    const ends = end !== -1 && !trimmed(next.slice(end + quote.length)).endsWith('\\')
    parts.push(ends ? next.slice(0, end) : next)
    if (ends) return { value: parts.join('\n'), cut: false, last }
  }
  return { value: undefined, cut: false, last: lines.length }
}
