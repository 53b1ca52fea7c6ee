/** A directory that is one thing: hashed as a whole, and unpacked from one stream. The shell, and the form of both. */
import { variables } from './quote.ts'
import { staticShell } from './static.ts'

/** Entries of one tree: Grafana's has 11,000. */
export const mostTreeEntries = 50_000

/** One thing in a tree; all of it is root's. */
export type TreeEntry =
  | { readonly type: 'directory'; readonly name: string }
  | { readonly type: 'file'; readonly name: string; readonly sha256: string; readonly runs: boolean }
  | { readonly type: 'link'; readonly name: string; readonly target: string }

/** `tree_hash DIR` and `unpack FRESH`. */
export const treeFunctions = `${variables({ most_of_tree: 2 * mostTreeEntries })}\n${staticShell('syntax/tree.sh')}`

/** The line that stands before what a stream has of it: of a file its bytes, of a link its target in a line. */
export function treeHeader(entry: TreeEntry, size: number): string {
  if (entry.type === 'file') return `${entry.runs ? 'x' : 'f'} ${size} ${entry.name}\n`
  return entry.type === 'link' ? `l ${entry.name}\n${entry.target}\n` : `d ${entry.name}\n`
}

/** The last line: a stream that was cut short has none. */
export const treeEnd = 'end\n'
