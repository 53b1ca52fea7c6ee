/** Files of the user that are copied to a host unchanged: rules, templates, certificates. */
import { posix } from 'node:path'
import type { Context, FileRequest, PathBase, ReadFile } from '../context.ts'
import { displayPath, requestKey, resolvePath } from '../context.ts'
import { inventoryProblem } from '../messages.ts'
import type { UserFile } from '../model.ts'
import { decode } from '../text/parsed-file.ts'
import { at, atKey, quoted } from '../text/place.ts'
import { namedFile } from '../upstream/upstream.ts'
import { relativeNameFault } from '../value/names.ts'
import { hostNames } from './host-names.ts'

export function isGlob(path: string): boolean {
  return /[*?[\]{}]/.test(path)
}

/** What `edge/` has to read for one path or glob of a list. */
export function listRequest(path: string, base: PathBase): FileRequest {
  return { kind: isGlob(path) ? 'glob' : 'read', path: resolvePath(path, base) }
}

/** A path of a list and its place. */
export interface ListedPath {
  readonly owner: object
  readonly key: string | number
  readonly path: string
  /** The directory to which a relative path refers, absolute; the inventory's own if absent. */
  readonly from?: string
  /** The path as it leads on from `from`. */
  readonly there?: string
}

export function listedPaths(list: readonly string[], from?: string): readonly ListedPath[] {
  return list.map((path, key) => ({ owner: list, key, path, ...(from === undefined ? {} : { from }) }))
}

/** The files of a list of paths and globs, each once, by name, below `directory`. `check`: what is wrong with a name. */
export function filesOfList(
  list: readonly ListedPath[],
  directory: string,
  check: (name: string) => string | undefined,
  context: Context,
): readonly { readonly file: ReadFile; readonly userFile: UserFile; readonly listed: ListedPath }[] {
  const byPath = new Map<string, { file: ReadFile; kept: string; listed: ListedPath }>()
  for (const one of list) {
    const fixed = fixedPart(one, context)
    for (const file of matchingFiles(one, context)) {
      const kept = posix.relative(fixed, file.path)
      if (!byPath.has(file.path)) byPath.set(file.path, { file, kept, listed: one })
    }
  }
  const files = [...byPath.values()].sort((a, b) => (a.file.path < b.file.path ? -1 : 1))
  const names = hostNames(
    files.map(({ file, kept }) => ({ path: posix.relative(context.directory, file.path), kept })),
  )
  const all = files.flatMap(({ file, listed: one }, index) => {
    const name = names[index] ?? ''
    const found = shippedFile(file, `${directory}/${name}`, context)
    const fault = check(name)
    if (!fault) return [{ file, listed: one, userFile: found }]
    context.problems.push(inventoryProblem.badFileName(at(one.owner, one.key), found.path, name, fault))
    return []
  })
  return all.sort((a, b) => (a.userFile.name < b.userFile.name ? -1 : 1))
}

/** The file as it is shipped under that name. */
export function shippedFile(file: ReadFile, name: string, context: Context): UserFile {
  const { bytes, path, outside } = file
  const shown = displayPath(path, context)
  return { name, content: decode(bytes) ?? bytes, path: shown, ...(outside ? { outside } : {}) }
}

/** The directory below which the files of a path or glob lie, absolute. */
function fixedPart({ path, from, there = path }: ListedPath, { directory, home }: Context): string {
  const parts = there.split('/')
  const first = parts.findIndex(isGlob)
  const fixed = first === -1 ? posix.dirname(there) : parts.slice(0, first).join('/')
  return resolvePath(fixed === '' && there.startsWith('/') ? '/' : fixed, {
    directory: from ?? directory,
    home,
  })
}

/** The files that a path or a glob names; none is an error. */
export function matchingFiles(listed: ListedPath, context: Context): readonly ReadFile[] {
  const { owner, key, path, from, there = path } = listed
  const request = listRequest(there, { directory: from ?? context.directory, home: context.home })
  const answer = context.files.get(requestKey(request))
  if (answer && 'files' in answer && answer.files.length > 0) return answer.files
  const glob = request.kind === 'glob'
  const why = answer && 'failure' in answer ? answer.failure : glob ? 'matches no file' : 'does not exist'
  const shown = glob ? path : displayPath(request.path, context)
  context.problems.push(inventoryProblem.unusableFile(at(owner, key), shown, why, remedyFor(listed)))
  return []
}

function remedyFor({ path, from, there = path }: ListedPath): string {
  if (from === undefined) return 'Paths are relative to the inventory.'
  const instead = 'or write this key in the inventory instead.'
  // A prometheus.yml from a container names the paths inside the container, which do not exist here.
  return posix.isAbsolute(there)
    ? `Write the path relative to this file, ${instead}`
    : `Paths are relative to this file: put the files there, ${instead}`
}

/** The files of `files:`. `taken`: names that promha writes itself; `others`: names that may be replaced. */
export function filesOfMap(
  map: Readonly<Record<string, string>>,
  taken: readonly string[],
  context: Context,
  others: readonly string[] = [],
): readonly UserFile[] {
  const names = Object.keys(map)
  const all = [...names, ...others]
  return names.flatMap(name => {
    const wrong = (what: string, remedy?: string) => {
      context.problems.push(inventoryProblem.badShippedName(atKey(map, name), name, what, remedy))
    }
    const fault = relativeNameFault(name)
    if (fault) wrong(fault)
    const own = taken.find(one => name === one || name.startsWith(`${one}/`))
    if (own !== undefined) wrong(`is used by promha itself (${own})`, 'Give the file another name.')
    const below = all.find(other => other.startsWith(`${name}/`))
    if (below !== undefined) wrong(`is a file here and a directory in ${quoted(below)}`)
    const above = others.find(other => name.startsWith(`${other}/`))
    if (above !== undefined) wrong(`is in a directory, and ${quoted(above)} is a file`)
    const file = namedFile(map, name, map[name] ?? '', context)
    return file ? [shippedFile(file, name, context)] : []
  })
}
