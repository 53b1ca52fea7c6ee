/** All paths that an inventory has promha read, run or trust. An unattended run checks who can change them. */
import { error, type Problem } from '../diagnostic/problem.ts'
import { sourceDirectories } from './artifacts.ts'
import { type Context, type FileAnswer, requestKey, resolvePath } from './context.ts'
import { fileRequests } from './requests.ts'
import type { CellText, InventoryText } from './schema.ts'
import type { Base } from './scrape-files.ts'
import type { Reference } from './secrets.ts'

type Paths = Pick<Context, 'directory' | 'home'>

/** Absolute paths of the files that `${file:}` names, and of what `${cmd:}` might start or read. */
export function referencedPaths(references: readonly Reference[], base: Paths): readonly string[] {
  return references.flatMap(({ kind, argument }) => {
    if (kind === 'file') return [resolvePath(argument, base)]
    // Each word may be a path. For one that does not exist, its directory is checked.
    const words = kind === 'cmd' ? argument.split(/[\s'"`$(){};|&<>=,@]+/) : []
    return words.filter(word => word !== '').map(word => resolvePath(word, base))
  })
}

const unclear: readonly (readonly [RegExp, string])[] = [
  [/\$/, '"$"'],
  [/`/, 'a backquote'],
  [/~/, '"~"'],
  [/\*/, '"*"'],
  [/(^|[\s;|&(){}])(cd|pushd|eval)\s/, '"cd", "pushd" or "eval"'],
]

/** Problems of commands whose text does not show which files they use, so that the owners cannot be checked. */
export function unclearCommands(references: readonly Reference[]): readonly Problem[] {
  return references.flatMap(({ kind, argument }) => {
    const held = kind === 'cmd' ? unclear.find(([sign]) => sign.test(argument)) : undefined
    if (held === undefined) return []
    // Only the program is shown: the rest may hold a secret.
    const [program = ''] = argument.trim().split(/[\s;|&]/)
    return [
      error(`a scheduled run cannot use the command \${cmd:${program} …}, because it holds ${held[1]}`, {
        detail: 'Expected: plain paths, so that promha can check who can change the files that it uses.',
        remedy: 'Write plain absolute paths, or put the command into a script and name its absolute path.',
      }),
    ]
  })
}

/** Absolute paths of every other file and directory that the inventory names; of a glob all that it matched. */
export function namedPaths(
  text: InventoryText,
  cells: ReadonlyMap<string, CellText>,
  files: ReadonlyMap<string, FileAnswer>,
  base: Base,
): readonly string[] {
  const requested = fileRequests(text, cells, base, files).flatMap(request => {
    if (request.kind !== 'glob') return [request.path]
    const answer = files.get(requestKey(request))
    return answer && 'files' in answer ? answer.files.map(({ path }) => path) : []
  })
  return [...requested, ...sourceDirectories(text, base)]
}
