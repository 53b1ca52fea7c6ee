/** Files that an upstream config names by relative paths: read here, and shipped to the same place beside it. */
import { posix } from 'node:path'
import { type Context, displayPath, type FileRequest, requestKey } from '../../../src/inventory/context.ts'
import { shippedFile } from '../../../src/inventory/file/user-files.ts'
import type { UserFile } from '../../../src/inventory/model.ts'
import { at, quoted } from '../../../src/inventory/text/place.ts'
import { type PathIn, pathsIn } from '../../../src/inventory/upstream/paths-in.ts'
import { relativeNameFault } from '../../../src/inventory/value/names.ts'
import { prometheusProblem } from '../messages.ts'

/** A config and the directories to which its relative paths refer. */
export interface Naming {
  readonly value: unknown
  /** Here, absolute. */
  readonly directory: string
  /** On the host, relative to /etc/prometheus; empty for that directory itself. */
  readonly below: string
  /** A missing file is an error, because the config was copied here with all files that belong to it. */
  readonly complete: boolean
  /** It was /etc/prometheus/prometheus.yml, so absolute paths below that directory are files beside it. */
  readonly whole?: boolean
}

const hostRoot = '/etc/prometheus/'

/** An absolute path below /etc/prometheus as one relative to it; any other path as it is. */
export function besideIt(path: string): string {
  return path.startsWith(hostRoot) ? path.slice(hostRoot.length) : path
}

interface NamedPath extends PathIn {
  /** The path was absolute, so the hosts may have the file already. */
  readonly absolute: boolean
}

/** Every path of a config that leads to a file beside it. */
function pathsOf({ value, whole = false }: Naming): readonly NamedPath[] {
  return pathsIn(value).flatMap(named => {
    const absolute = named.path.startsWith(hostRoot)
    if (absolute && !whole) return []
    const path = besideIt(named.path)
    return path === '' || /^[/~]|\$\{/.test(path) ? [] : [{ ...named, path, absolute }]
  })
}

/** The file's path on the host, relative to /etc/prometheus; undefined if it is not below that. */
function nameOnHost({ below }: Naming, path: string): string | undefined {
  const name = posix.join(below, path)
  return name === '..' || name.startsWith('../') ? undefined : name
}

/** Upstream's own rule: a pattern is `*` in the last part of a path. */
function isPattern({ path, discovery }: NamedPath): boolean {
  return discovery && /^[^*]*\*[^/]*$/.test(path)
}

function requestOf(naming: Naming, named: NamedPath): FileRequest | undefined {
  if (nameOnHost(naming, named.path) === undefined) return undefined
  const path = posix.join(naming.directory, named.path)
  // Braces are literal in Go's patterns.
  return isPattern(named) ? { kind: 'glob', path: path.replaceAll(/[{}]/g, '\\$&') } : { kind: 'read', path }
}

/** What `edge/` has to read for a config. */
export function requestsOf(naming: Naming): readonly FileRequest[] {
  return pathsOf(naming).flatMap(named => requestOf(naming, named) ?? [])
}

interface Shipped {
  /** Names that the inventory's `files:` ships, which need no file beside the config. */
  readonly inventory: ReadonlySet<string>
  /** Other files on the host: their names there, and how messages call them. What is found is added. */
  readonly others: Map<string, string>
}

/** The files that are shipped with a config because it names them. */
export function filesNamedBy(naming: Naming, shipped: Shipped, context: Context): readonly UserFile[] {
  return pathsOf(naming).flatMap(named => filesAt(naming, named, shipped, context))
}

function filesAt(naming: Naming, named: NamedPath, shipped: Shipped, context: Context): readonly UserFile[] {
  const { owner, key, path, discovery } = named
  const { problems } = context
  const request = requestOf(naming, named)
  const name = nameOnHost(naming, path)
  if (name !== undefined && shipped.inventory.has(name)) return []
  if (request === undefined || name === undefined) {
    problems.push(prometheusProblem.fileOutside(at(owner, key), path))
    return []
  }
  const answer = context.files.get(requestKey(request)) ?? { files: [] }
  const found = 'files' in answer ? answer.files : []
  if (found.length === 0) {
    // A single file of targets is reported by `host-files.ts`.
    if (naming.complete && !named.absolute && (!discovery || isPattern(named)))
      problems.push(missing(naming, named, 'failure' in answer ? answer.failure : undefined, context))
    return []
  }
  return found.flatMap(file => {
    const own = isPattern(named) ? posix.join(posix.dirname(name), posix.basename(file.path)) : name
    const fault = relativeNameFault(own)
    if (fault) {
      const remedy = 'Give the file another name.'
      problems.push(prometheusProblem.badFileName(at(owner, key), own, fault, remedy))
      return []
    }
    const found = shippedFile(file, own, context)
    const shown = quoted(found.path)
    const other = shipped.others.get(own)
    if (other === shown || shipped.inventory.has(own)) return []
    if (other !== undefined) {
      problems.push(prometheusProblem.sameFileName(at(owner, key), found.path, other, own))
      return []
    }
    shipped.others.set(own, shown)
    return [discovery ? { ...found, watched: true } : found]
  })
}

/** Only a warning for targets, which another program may write later. Passwords and certificates are needed at once. */
function missing(naming: Naming, named: NamedPath, failure: string | undefined, context: Context) {
  const { owner, key, path, discovery } = named
  const shown = quoted(displayPath(posix.join(naming.directory, path), context))
  const name = nameOnHost(naming, path)
  const say = discovery ? prometheusProblem.noTargetsFile : prometheusProblem.noFile
  return say(at(owner, key), shown, failure, name)
}
