/** Texts in Go's quotes, as templates have them and as Go programs print them. */

const escapes: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n' },
  ...{ r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', '"': '"', "'": "'" },
}
const sequence = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/gs

/** What a text in double quotes or backquotes says; any other text stays as it is. */
export function goUnquoted(text: string): string {
  const quote = text[0] ?? ''
  if (text.length < 2 || !/["`]/.test(quote) || !text.endsWith(quote)) return text
  const inner = text.slice(1, -1)
  if (quote === '`') return inner.replaceAll('\r', '')
  return inner.replaceAll(sequence, (whole, x, u, long, octal, plain) => {
    const code = x ?? u ?? long
    if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff))
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
    // Go writes no other: this backslash was not Go's.
    return escapes[plain as string] ?? whole
  })
}
