/** What an inventory has promha read, run or believe, as paths: all of it must be ours in an unattended run. */
import { sourceDirectory } from './artifacts.ts'
import { type Context, type FileAnswer, requestKey, resolvePath } from './context.ts'
import { fileRequests } from './requests.ts'
import type { CellText, InventoryText } from './schema.ts'
import type { Reference } from './secrets.ts'

type Base = Pick<Context, 'directory' | 'home'>

/** Absolute paths of the files that `${file:}` names, and of what `${cmd:}` might start. */
export function referencedPaths(references: readonly Reference[], base: Base): readonly string[] {
  return references.flatMap(({ kind, argument }) => {
    if (kind === 'file') return [resolvePath(argument, base)]
    // Every word that could be a path. For a path that is missing, its directory is judged.
    const words = kind === 'cmd' ? argument.split(/[\s'"`$(){};|&<>=]+/) : []
    return words.filter(word => word.includes('/')).map(word => resolvePath(word, base))
  })
}

/** Absolute paths of every other file and directory that the inventory names; of a glob all that it matched. */
export function namedPaths(
  text: InventoryText,
  cells: ReadonlyMap<string, CellText>,
  files: ReadonlyMap<string, FileAnswer>,
  base: Base,
): readonly string[] {
  const requested = fileRequests(text, cells, base).flatMap(request => {
    if (request.kind !== 'glob') return [request.path]
    const answer = files.get(requestKey(request))
    return answer && 'files' in answer ? answer.files.map(({ path }) => path) : []
  })
  const source = sourceDirectory(text, base)
  return [...requested, ...(source === undefined ? [] : [source])]
}
