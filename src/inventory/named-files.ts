/**
 * Files that an upstream config names by paths relative to itself: on the host they lie at the same place beside it, so
 * they are read here and shipped there.
 */
import { posix } from 'node:path'
import { error, warning } from '../diagnostic/problem.ts'
import { type Context, displayPath, type FileRequest, requestKey } from './context.ts'
import type { ShippedFile } from './model.ts'
import { relativeNameFault } from './names.ts'
import { decode } from './parsed-file.ts'
import { type PathIn, pathsIn } from './paths-in.ts'
import { at, quote } from './place.ts'

/** A config and where its relative paths count from. */
export interface Naming {
  readonly value: unknown
  /** Here, absolute. */
  readonly directory: string
  /** On the host, relative to /etc/prometheus; empty for that directory itself. */
  readonly below: string
  /** A file that is not here is an error: the config was moved here with all that belongs to it. */
  readonly complete: boolean
  /** It was /etc/prometheus/prometheus.yml, so that what it names below that directory lies beside it. */
  readonly whole?: boolean
}

const hostRoot = '/etc/prometheus/'

/** A path of a prometheus.yml below the directory in which it lies on a host, as one relative to it. */
export function besideIt(path: string): string {
  return path.startsWith(hostRoot) ? path.slice(hostRoot.length) : path
}

interface NamedPath extends PathIn {
  /** The path is that on the hosts, which may have the file already. */
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

/** Where the file lies on the host, or undefined where that is not below /etc/prometheus. */
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

/** Go's patterns know no braces. */
function asLiteral(path: string): string {
  return path.replaceAll(/[{}]/g, '\\$&')
}

/** What the edge has to read for a config. */
export function requestsOf(naming: Naming): readonly FileRequest[] {
  return pathsOf(naming).flatMap(named => requestOf(naming, named) ?? [])
}

interface Shipped {
  /** Names that the inventory's `files:` ships, which need no file beside the config. */
  readonly inventory: ReadonlySet<string>
  /** What lies at further names on the host, as messages name it; what is found is added. */
  readonly others: Map<string, string>
}

/** The files that go along with a config. */
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
    // A single file of targets is told with all others that the hosts should have.
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

/** Other programs may write targets on the hosts; a password or a certificate has to be there from the start. */
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
