/** Paths of files on the hosts that the user's configs name, and whether promha brings those files. */
import { posix } from 'node:path'

/** Go's filepath.Glob for names below one directory: `*` and `?` stop at a slash, `[…]` is a class. */
function globPattern(glob: string): RegExp {
  const source = glob.replaceAll(/\[\^?[^\]]+\]|[\s\S]/g, part => {
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    return part.length > 1 ? part : part.replace(/[\\^$.+()|{}[\]/]/, '\\$&')
  })
  try {
    return new RegExp(`^${source}$`)
  } catch {
    // Not a valid glob, so it matches nothing. Upstream's tool reports it.
    return /^(?!)/
  }
}

export function isHostGlob(path: string): boolean {
  return /[*?[]/.test(path)
}

/** The path relative to `root`, of an absolute path below it or a relative one; undefined if it is elsewhere. */
export function belowRoot(path: string, root: string): string | undefined {
  const name = posix.relative(root, posix.resolve(root, path))
  return name === '' || name === '..' || name.startsWith('../') ? undefined : name
}

/** Whether the path or glob matches one of the names, which are relative to `root`. */
export function brings(names: readonly string[], path: string, root: string): boolean {
  const name = belowRoot(path, root)
  if (name === undefined) return false
  if (names.includes(name)) return true
  if (!isHostGlob(name)) return false
  const pattern = globPattern(name)
  return names.some(one => pattern.test(one))
}
