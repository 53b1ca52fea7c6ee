/** Foreign text passes through here before it is shown: what moves the cursor, reorders a line or vanishes becomes an escape. */

/** Controls, format characters, what is shown as nothing, separators, lone surrogates, and what XML forbids. */
const unseen = /[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}\p{Cs}\uFFFE\uFFFF]/gu
const unseenButLines = /[^\P{Cc}\n\t]|[\p{Cf}\p{DI}\p{Zl}\p{Zp}\p{Cs}\uFFFE\uFFFF]/gu

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' }

/** `\x1b`, `\u202e`, `\u{e0001}`; a backslash of the text itself is left alone. */
function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code > 0xffff) return `\\u{${hex}}`
  return code > 0xff ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`
}

/** A text of one line: line ends and tabs become `\n` and `\t` too. */
export function visibleLine(text: string): string {
  return text.replace(unseen, character => short[character] ?? escaped(character))
}

/** A text that may have several lines: line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replace(unseenButLines, escaped)
}

/** One line in which each place keeps its column: a tab becomes a space, whatever else is not seen becomes `?`. */
export function visibleColumns(text: string): string {
  return text.replaceAll('\t', ' ').replace(unseen, character => '?'.repeat(character.length))
}

/** JSON that `JSON.stringify` made, as text that moves nothing either. What it is parsed to stays the same. */
export function visibleJson(json: string): string {
  return json.replace(unseenButLines, character =>
    Array.from({ length: character.length }, (_, index) => jsonEscape(character.charCodeAt(index))).join(''),
  )
}

function jsonEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
