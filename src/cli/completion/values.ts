/** What may be the value of a flag or an argument. Its placeholder in `--help` says of which kind it is. */
import { Argument, type Option } from 'commander'

export interface Candidate {
  readonly word: string
  /** What it means, in one line. */
  readonly text?: string
}

/** Files and directories are looked up by the shell. */
export type Completions =
  | { readonly kind: 'files' | 'directories' }
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }

/** What an inventory calls things. */
export interface Names {
  readonly hosts: readonly string[]
  readonly groups: readonly string[]
  readonly cells: readonly string[]
}

const paths: Readonly<Record<string, 'files' | 'directories'>> = {
  file: 'files',
  inventory: 'files',
  dir: 'directories',
}

/** Items that stand in a list, separated by commas. */
const lists: Readonly<Record<string, (names: () => Promise<Names>) => Promise<readonly string[]>>> = {
  components: async () => (await import('../../../roles/index.ts')).components,
  architectures: async () => (await import('../../artifact/catalog.ts')).architectures,
  pattern: async names => {
    const { hosts, groups, cells } = await names()
    return [...new Set([...cells, ...groups, ...hosts])]
  },
}

/** The candidates for a value that begins with `word`; `names` reads the inventory. */
export async function valuesOf(
  of: Option | Argument,
  word: string,
  names: () => Promise<Names>,
): Promise<Completions> {
  const placeholder = of instanceof Argument ? of.name() : (/[<[](\w+)/.exec(of.flags)?.[1] ?? '')
  const kind = paths[placeholder]
  if (kind !== undefined) return { kind }
  const items = lists[placeholder]
  if (items !== undefined) return { kind: 'words', words: continued(await items(names), word) }
  const words = of.argChoices ?? (placeholder === 'cell' ? (await names()).cells : [])
  return { kind: 'words', words: words.filter(one => one.startsWith(word)).map(one => ({ word: one })) }
}

/** Each item at the end of the list that is being typed, without those that it has. `!` before an item stays. */
function continued(items: readonly string[], word: string): readonly Candidate[] {
  const [, before = '', not = '', begun = ''] = /^(.*,)?(!?)([^,]*)$/s.exec(word) ?? []
  const listed = new Set(before.split(',').map(item => item.replace(/^!/, '')))
  return items
    .filter(item => item.startsWith(begun) && !listed.has(item))
    .map(item => ({ word: `${before}${not}${item}` }))
}
