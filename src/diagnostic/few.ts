/** Characters of one item: hosts choose some of these names. */
const longest = 200

/** `a, b, c and 4 more` */
export function few(items: readonly string[], most = 5): string {
  const rest = items.length - most
  const named = items
    .slice(0, most)
    .map(item => (item.length > longest ? `${item.slice(0, longest)}…` : item))
  return rest > 0 ? `${named.join(', ')} and ${rest} more` : named.join(', ')
}
