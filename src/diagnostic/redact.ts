import { remembered } from './grouped.ts'
import { literalPattern } from './literal-pattern.ts'

const mask = '****'

/** Below this length a secret is masked only where it is a word of its own. */
const short = 8
/** Go's YAML reader shows so many characters of a longer text, and three dots. */
const cut = 7

/** What a word may begin behind: anything but a letter or digit, or an escape that ends with one. */
const before =
  '(?<=^|[^\\p{L}\\p{N}]|\\\\[abefnrtv0]|\\\\x[\\da-fA-F]{2}|\\\\u[\\da-fA-F]{4}|%[\\da-fA-F]{2})'
const behind = '(?![\\p{L}\\p{N}])'

/** What is longer is looked for as a text: as a part of a pattern, V8 refuses a secret of a hundred thousand characters. */
const longestPattern = 1000

interface Masker {
  readonly long: readonly string[]
  readonly rest: RegExp | null
}

const compiled = new WeakMap<readonly string[], Masker>()

/**
 * The text with every secret replaced by `****`, the longest first, so that a secret that holds another goes whole. Also its
 * lines from four characters on, and the forms that it takes in JSON, YAML, a URL, a log line and where a tool cuts it. One of
 * fewer than eight characters only as a word: the password `act` must not turn `active` into `****ive`.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const known = remembered(compiled, secrets, () => compile(secrets))
  const shown = known.long.reduce((left, form) => left.replaceAll(form, mask), text)
  return known.rest === null ? shown : shown.replace(known.rest, mask)
}

function compile(secrets: readonly string[]): Masker {
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .filter(form => form.trim() !== '')
    .sort((a, b) => b.length - a.length)
  const alternatives = forms
    .filter(form => form.length <= longestPattern)
    .map(form => (form.length < short ? `${before}${literalPattern(form)}${behind}` : literalPattern(form)))
  return {
    long: forms.filter(form => form.length > longestPattern),
    rest: alternatives.length === 0 ? null : new RegExp(alternatives.join('|'), 'gu'),
  }
}

function formsOf(secret: string): string[] {
  const lines = secret.includes('\n') ? secret.split(/\r?\n/).filter(line => line.trim().length >= 4) : []
  return [secret, ...lines.map(line => line.trim())].flatMap(form => [
    form,
    quoted(form),
    // A log line quotes an error that quotes the secret.
    quoted(quoted(form)),
    form.replaceAll("'", "''"),
    // In a file of variables for systemd.
    form.replaceAll(/["\\`$]/g, '\\$&'),
    ...inUrl(form),
    ...(form.length > cut + 3 ? [`${form.slice(0, cut)}...`] : []),
  ])
}

function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function inUrl(text: string): readonly string[] {
  // Half a surrogate pair cannot be in a URL.
  const encoded = encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, ''))
  // Go leaves these as they are in the user's part of a URL, and writes blanks as plus signs in a query.
  const user = encoded.replaceAll(/%(?:24|26|2B|2C|3B|3D)/g, decodeURIComponent)
  return [encoded, user, encoded.replaceAll('%20', '+')]
}
