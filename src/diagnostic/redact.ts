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

const compiled = new WeakMap<readonly string[], RegExp | null>()

/**
 * The text with every secret replaced by `****`, the longest first, so that a secret that holds another goes whole.
 * Also masked: the single lines of a secret of several lines (a key is shown line by line in a diff), from four
 * characters on, and the forms that a secret takes in JSON, in YAML, in a URL, in a log line and where a tool cuts it.
 *
 * A secret of fewer than eight characters is masked only as a word, with no letter or digit beside it: the password
 * `act` must not turn `active` into `****ive`, which would hide nothing and make all else unreadable.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let pattern = compiled.get(secrets)
  if (pattern === undefined) {
    pattern = compile(secrets)
    compiled.set(secrets, pattern)
  }
  return pattern === null ? text : text.replace(pattern, mask)
}

function compile(secrets: readonly string[]): RegExp | null {
  const forms = new Set(secrets.flatMap(formsOf))
  const alternatives = [...forms]
    .filter(form => form.trim() !== '')
    .sort((a, b) => b.length - a.length)
    .map(form => (form.length < short ? `${before}${literalPattern(form)}${behind}` : literalPattern(form)))
  return alternatives.length === 0 ? null : new RegExp(alternatives.join('|'), 'gu')
}

function formsOf(secret: string): string[] {
  const lines = secret.includes('\n') ? secret.split(/\r?\n/).filter(line => line.trim().length >= 4) : []
  return [secret, ...lines.map(line => line.trim())].flatMap(form => [
    form,
    quoted(form),
    // A log line quotes an error that quotes the secret.
    quoted(quoted(form)),
    form.replaceAll("'", "''"),
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
