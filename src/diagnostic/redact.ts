const mask = '****'

/** Below this length a secret is masked only where it stands as a word of its own. */
const shortest = 4

const compiled = new WeakMap<readonly string[], RegExp | null>()

/**
 * The text with every secret replaced by `****`, the longest first, so that a secret that holds another goes whole.
 * Also masked: the single lines of a secret of several lines (a key is shown line by line in a diff), from four
 * characters on, and the forms that a secret takes in JSON, double-quoted and single-quoted YAML. A secret of fewer
 * than four characters is masked only where no letter or digit adjoins it: a password `1` must not turn every `10`
 * into `****0`, which would hide nothing and make all else unreadable.
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
    .map(form =>
      form.length < shortest ? `(?<![\\p{L}\\p{N}])${escaped(form)}(?![\\p{L}\\p{N}])` : escaped(form),
    )
  return alternatives.length === 0 ? null : new RegExp(alternatives.join('|'), 'gu')
}

function formsOf(secret: string): string[] {
  const lines = secret.includes('\n')
    ? secret.split(/\r?\n/).filter(line => line.trim().length >= shortest)
    : []
  return [secret, ...lines.map(line => line.trim())].flatMap(form => [
    form,
    JSON.stringify(form).slice(1, -1),
    form.replaceAll("'", "''"),
  ])
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
