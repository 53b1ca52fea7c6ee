/**
 * Files that an upstream config names by relative paths. promha reads them here and ships them, so that they have the same
 * place relative to the config on the host.
 */
import { posix } from 'node:path'
import { error, warning } from '../diagnostic/problem.ts'
import { type Context, displayPath, type FileRequest, requestKey } from './context.ts'
import type { ShippedFile } from './model.ts'
import { relativeNameFault } from './names.ts'
import { decode } from './parsed-file.ts'
import { type PathIn, pathsIn } from './paths-in.ts'
import { at, quote } from './place.ts'

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
    return isRelative(besideIt(named.path)) ? [{ ...named, path: besideIt(named.path), absolute }] : []
  })
}

function isRelative(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.startsWith('~') && !path.includes('${')
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
  return isPattern(named) ? { kind: 'glob', path: asLiteral(path) } : { kind: 'read', path }
}

/** A glob in which braces are literal, as they are in Go's patterns. */
function asLiteral(path: string): string {
  return path.replaceAll(/[{}]/g, '\\$&')
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
export function filesNamedBy(naming: Naming, shipped: Shipped, context: Context): readonly ShippedFile[] {
  return pathsOf(naming).flatMap(named => filesAt(naming, named, shipped, context))
}

function filesAt(
  naming: Naming,
  named: NamedPath,
  shipped: Shipped,
  context: Context,
): readonly ShippedFile[] {
  const { owner, key, path, discovery } = named
  const { problems } = context
  const request = requestOf(naming, named)
  const name = nameOnHost(naming, path)
  if (name !== undefined && shipped.inventory.has(name)) return []
  if (request === undefined || name === undefined) {
    problems.push(
      error(`${quote(path)} leads out of /etc/prometheus on the hosts`, {
        ...at(owner, key),
        remedy:
          'move the file beside this config or below it, or write the absolute path that it has on the hosts',
      }),
    )
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
      const remedy = 'give the file another name'
      problems.push(error(`the name ${quote(own)} ${fault}`, { ...at(owner, key), remedy }))
      return []
    }
    const path = displayPath(file.path, context)
    const other = shipped.others.get(own)
    if (other === quote(path) || shipped.inventory.has(own)) return []
    if (other !== undefined) {
      problems.push(
        error(`${quote(path)} and ${other} would both be /etc/prometheus/${own} on the hosts`, {
          ...at(owner, key),
          remedy: 'give one of the two another name or directory',
        }),
      )
      return []
    }
    shipped.others.set(own, quote(path))
    const content = decode(file.bytes) ?? file.bytes
    const { outside } = file
    return [
      {
        ...{ name: own, content, path },
        ...(outside ? { outside } : {}),
        ...(discovery ? { watched: true as const } : {}),
      },
    ]
  })
}

/** Only a warning for targets, which another program may write later. Passwords and certificates are needed at once. */
function missing(naming: Naming, named: NamedPath, failure: string | undefined, context: Context) {
  const { owner, key, path, discovery } = named
  const shown = quote(displayPath(posix.join(naming.directory, path), context))
  const name = nameOnHost(naming, path)
  if (discovery) {
    return warning(`${shown} ${failure ?? 'matches no file'}, so promha ships no targets for it`, {
      ...at(owner, key),
      remedy: `put the file there, or have each host write /etc/prometheus/${name} itself`,
    })
  }
  return error(`${shown} ${failure ?? 'does not exist'}`, {
    ...at(owner, key),
    remedy: `put the file there, ship it with "files: { ${name}: PATH }" of prometheus, or write an absolute path that exists on the hosts`,
  })
}
