/** The one place where a word becomes safe for a POSIX shell. */

/** Quotes one word for /bin/sh, line ends included. Throws on NUL, which no argument can carry. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new RangeError('a shell word cannot hold a NUL character')
  if (/^[A-Za-z0-9_/:=.,@%+-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** A simple command from its words, each quoted. */
export function command(...words: readonly string[]): string {
  return words.map(quote).join(' ')
}

/** One line that sets these, for shell that is not made of words of its own. */
export function variables(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${quote(String(value))}`)
    .join(' ')
}
