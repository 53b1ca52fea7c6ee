/** Texts in Go's quotes, as templates have them and as Go programs print them. */

const controls = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
const escapes: Readonly<Record<string, string>> = { ...controls, '\\': '\\', '"': '"', "'": "'" }
const sequence = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/gs

/** What a text in double quotes or backquotes says; any other text stays as it is. */
export function goUnquoted(text: string): string {
  const quote = text[0] ?? ''
  if (text.length < 2 || !/["`]/.test(quote) || !text.endsWith(quote)) return text
  const inner = text.slice(1, -1)
  if (quote === '`') return inner.replaceAll('\r', '')
  return inner.replaceAll(sequence, (whole, x, u, long, octal, plain) => {
    // Go writes no other: this backslash was not Go's.
    if (plain !== undefined) return escapes[plain as string] ?? whole
    const code = octal === undefined ? Number.parseInt(x ?? u ?? long, 16) : Number.parseInt(octal, 8)
    return String.fromCodePoint(Math.min(code, 0x10ffff))
  })
}
