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

/**
 * Whether a list of patterns matches any of the names that a host goes by.
 * A `!pattern` that matches one of them rules the whole list out.
 */
export function matchesPatterns(patterns: readonly string[], names: readonly string[]): boolean {
  let matched = false
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!')
    const bare = negated ? pattern.slice(1) : pattern
    if (!names.some(name => matchesPattern(bare, name))) continue
    if (negated) return false
    matched = true
  }
  return matched
}
