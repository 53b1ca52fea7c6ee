/** Characters of one item: hosts choose some of these names. */
const longestItem = 200
/** Names of another tool's set-up in one message, and characters of each. */
const [mostNames, longestName] = [20, 80]

/** `a, b, c and 4 more` */
export function listFirst(items: readonly string[], most = 5, between = ', '): string {
  const rest = items.length - most
  const named = items.slice(0, most).map(item => cut(item, longestItem))
  return `${named.join(between)}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** The beginning of what another tool's set-up brings. */
export function cut(text: string, longest = longestName): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

export function listFirstNames(names: readonly string[]): string {
  const short = names.map(name => cut(name))
  return listFirst(short, mostNames)
}
