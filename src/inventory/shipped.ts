/** Files of the user that go to a host as they are: rules, templates, certificates. */
import { posix } from 'node:path'
import { error } from '../diagnostic/problem.ts'
import {
  type Context,
  displayPath,
  type FileRequest,
  type ReadFile,
  requestKey,
  resolvePath,
} from './context.ts'
import type { ShippedFile } from './model.ts'
import { relativeNameFault } from './names.ts'
import { at, atKey, quote } from './place.ts'
import { decode, namedFile } from './upstream.ts'

export function isGlob(path: string): boolean {
  return /[*?[\]{}]/.test(path)
}

/** What the edge has to read for one path or glob of a list. */
export function listRequest(path: string, base: Pick<Context, 'directory' | 'home'>): FileRequest {
  return { kind: isGlob(path) ? 'glob' : 'read', path: resolvePath(path, base) }
}

/**
 * The files of a list of paths and globs, each once, by name. Two files of one name cannot lie in one directory of the
 * host, so that is an error, as is a glob that matches nothing.
 * @param directory where they go, below the component's config directory
 * @param check what is wrong with a file's name, or undefined
 */
export function filesOfList(
  list: readonly string[],
  directory: string,
  check: (name: string) => string | undefined,
  context: Context,
): readonly ShippedFile[] {
  const byName = new Map<string, ShippedFile>()
  for (const [index, path] of list.entries()) {
    for (const { path: found, bytes, outside } of matching(list, index, path, context)) {
      const base = posix.basename(found)
      const shown = displayPath(found, context)
      const other = byName.get(base)
      if (other?.path === shown) continue
      const fault = check(base) ?? relativeNameFault(base)
      if (fault)
        context.problems.push(error(`${quote(shown)}: the name ${quote(base)} ${fault}`, at(list, index)))
      else if (other) {
        context.problems.push(
          error(`${quote(other.path)} and ${quote(shown)} have the same name, and one directory holds both`, {
            ...at(list, index),
            remedy: 'rename one of the two',
          }),
        )
      } else
        byName.set(base, {
          name: `${directory}/${base}`,
          content: decode(bytes) ?? bytes,
          path: shown,
          ...(outside ? { outside } : {}),
        })
    }
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** What a path or glob of a list stands for; nothing, with the problem reported, if that is no file. */
export function matching(
  list: readonly string[],
  index: number,
  path: string,
  context: Context,
): readonly ReadFile[] {
  if (!isGlob(path)) {
    const file = namedFile(list, index, path, context)
    return file ? [file] : []
  }
  const answer = context.files.get(requestKey(listRequest(path, context)))
  if (answer && 'files' in answer && answer.files.length > 0) return answer.files
  const why = answer && 'failure' in answer ? answer.failure : 'matches no file'
  context.problems.push(
    error(`${quote(path)} ${why}`, { ...at(list, index), remedy: 'paths are relative to the inventory' }),
  )
  return []
}

/**
 * The files of `files:`, name on the host → path here.
 * @param taken names and directories that promha writes itself
 */
export function filesOfMap(
  map: Readonly<Record<string, string>>,
  taken: readonly string[],
  context: Context,
): readonly ShippedFile[] {
  const names = Object.keys(map)
  return names.flatMap(name => {
    const wrong = (what: string, remedy?: string) => {
      const rest = { ...atKey(map, name), ...(remedy ? { remedy } : {}) }
      context.problems.push(error(`the name ${quote(name)} in files ${what}`, rest))
    }
    const fault = relativeNameFault(name)
    if (fault) wrong(fault)
    const own = taken.find(one => name === one || name.startsWith(`${one}/`))
    if (own !== undefined) wrong(`belongs to what promha writes (${own})`, 'give the file another name')
    const below = names.find(other => other.startsWith(`${name}/`))
    if (below !== undefined) wrong(`is a file here and a directory in ${quote(below)}`)
    const file = namedFile(map, name, map[name] ?? '', context)
    if (!file) return []
    const content = decode(file.bytes) ?? file.bytes
    const { outside } = file
    return [{ name, content, path: displayPath(file.path, context), ...(outside ? { outside } : {}) }]
  })
}
