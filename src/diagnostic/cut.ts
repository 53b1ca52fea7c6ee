/** Words that another tool's set-up brings, as a message shows them. */
import { few } from './few.ts'

/** Names in one message, and characters of each. */
const [mostListed, longest] = [20, 80]

export function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

export function listed(names: readonly string[]): string {
  return few(names.map(cut), mostListed)
}
