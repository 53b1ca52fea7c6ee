/** Words that another tool's set-up brings, as a message shows them. */

/** Names that are listed, and characters of each. */
const [mostListed, longest] = [20, 80]

export function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

export function listed(names: readonly string[]): string {
  const rest = names.length - mostListed
  const shown = names.slice(0, mostListed).map(cut).join(', ')
  return rest > 0 ? `${shown} and ${rest} more` : shown
}
