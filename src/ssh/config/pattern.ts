/** OpenSSH's own wildcards, as ssh_config and known_hosts use them: `*`, `?` and a leading `!`. */

/** Whether one pattern without a `!` matches a name, whatever the case of its letters. */
export function matchesPattern(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase()
  const seen = name.toLowerCase()
  if (!/[*?]/.test(wanted)) return wanted === seen
  const source = wanted
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(seen)
}

/** Whether a list matches any of the names of a host. A `!pattern` that matches one of them rules the whole list out. */
export function matchesPatterns(patterns: readonly string[], names: readonly string[]): boolean {
  const matches = (pattern: string) => names.some(name => matchesPattern(pattern, name))
  if (patterns.some(one => one.startsWith('!') && matches(one.slice(1)))) return false
  return patterns.some(one => !one.startsWith('!') && matches(one))
}
