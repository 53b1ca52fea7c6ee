/** Files of the user that are copied to a host unchanged: rules, templates, certificates. */
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
import { hostNames } from './host-names.ts'
import type { ShippedFile } from './model.ts'
import { besideIt } from './named-files.ts'
import { relativeNameFault } from './names.ts'
import { decode } from './parsed-file.ts'
import { at, atKey, quote } from './place.ts'
import { namedFile } from './upstream.ts'

export function isGlob(path: string): boolean {
  return /[*?[\]{}]/.test(path)
}

/** What `edge/` has to read for one path or glob of a list. */
export function listRequest(path: string, base: Pick<Context, 'directory' | 'home'>): FileRequest {
  return { kind: isGlob(path) ? 'glob' : 'read', path: resolvePath(path, base) }
}

/** A path of a list and its place. */
export interface ListedPath {
  readonly owner: object
  readonly key: string | number
  readonly path: string
  /** The directory to which a relative path refers, absolute; the inventory's own if absent. */
  readonly from?: string
}

export function listed(list: readonly string[], from?: string): readonly ListedPath[] {
  return list.map((path, key) => ({ owner: list, key, path, ...(from === undefined ? {} : { from }) }))
}

/**
 * The files of a list of paths and globs, each once, by name: of a path its last part is kept, of a glob all that lies
 * below its fixed part. A glob that matches nothing is an error.
 * @param directory where they go, below the component's config directory
 * @param check what is wrong with a file's name, or undefined
 */
export function filesOfList(
  list: readonly ListedPath[],
  directory: string,
  check: (name: string) => string | undefined,
  context: Context,
): readonly { readonly file: ReadFile; readonly shipped: ShippedFile; readonly listed: ListedPath }[] {
  const byPath = new Map<
    string,
    { readonly file: ReadFile; readonly kept: string; readonly listed: ListedPath }
  >()
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
  const shipped = files.flatMap(({ file, listed: one }, index) => {
    const name = names[index] ?? ''
    const shown = displayPath(file.path, context)
    const fault = check(name)
    if (fault) {
      context.problems.push(
        error(`${quote(shown)}: the name ${quote(name)} ${fault}`, {
          ...at(one.owner, one.key),
          remedy: 'give the file another name',
        }),
      )
      return []
    }
    const { outside } = file
    const content = decode(file.bytes) ?? file.bytes
    return [
      {
        file,
        listed: one,
        shipped: { name: `${directory}/${name}`, content, path: shown, ...(outside ? { outside } : {}) },
      },
    ]
  })
  return shipped.sort((a, b) => (a.shipped.name < b.shipped.name ? -1 : 1))
}

function requestOf({ path, from }: ListedPath, context: Context): FileRequest {
  const named = from === undefined ? path : besideIt(path)
  return listRequest(named, { directory: from ?? context.directory, home: context.home })
}

/** The directory below which the files of a path or glob lie, absolute. */
function fixedPart({ path, from }: ListedPath, { directory, home }: Context): string {
  const named = from === undefined ? path : besideIt(path)
  const parts = named.split('/')
  const first = parts.findIndex(isGlob)
  const fixed = first === -1 ? posix.dirname(named) : parts.slice(0, first).join('/')
  return resolvePath(fixed === '' && named.startsWith('/') ? '/' : fixed, {
    directory: from ?? directory,
    home,
  })
}

/** The files that a path or a glob names; none is an error. */
export function matchingFiles(listed: ListedPath, context: Context): readonly ReadFile[] {
  const { owner, key, path, from } = listed
  const request = requestOf(listed, context)
  const answer = context.files.get(requestKey(request))
  if (answer && 'files' in answer && answer.files.length > 0) return answer.files
  const glob = request.kind === 'glob'
  const why = answer && 'failure' in answer ? answer.failure : glob ? 'matches no file' : 'does not exist'
  const shown = glob ? path : displayPath(request.path, context)
  context.problems.push(
    error(`${quote(shown)} ${why}`, {
      ...at(owner, key),
      remedy: remedyFor(path, from),
    }),
  )
  return []
}

function remedyFor(path: string, from: string | undefined): string {
  if (from === undefined) return 'paths are relative to the inventory'
  const instead = 'or write this key in the inventory instead'
  // A prometheus.yml from a container names the paths inside the container, which do not exist here.
  return posix.isAbsolute(besideIt(path))
    ? `write the path relative to this file, ${instead}`
    : `paths are relative to this file: put the files there, ${instead}`
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
    if (own !== undefined) wrong(`is used by promha itself (${own})`, 'give the file another name')
    const below = names.find(other => other.startsWith(`${name}/`))
    if (below !== undefined) wrong(`is a file here and a directory in ${quote(below)}`)
    const file = namedFile(map, name, map[name] ?? '', context)
    if (!file) return []
    const content = decode(file.bytes) ?? file.bytes
    const { outside } = file
    return [{ name, content, path: displayPath(file.path, context), ...(outside ? { outside } : {}) }]
  })
}
