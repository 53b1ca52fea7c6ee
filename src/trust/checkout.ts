/** Checkouts: what lies in the one around an inventory may be the work of its author. */
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** Every checkout in which a directory lies, of Git, Mercurial, Subversion or Jujutsu; the outermost first. */
export function checkoutsAround(directory: string): readonly string[] {
  const found: string[] = []
  for (let at = directory; ; at = dirname(at)) {
    if (['.git', '.hg', '.svn', '.jj'].some(name => existsSync(join(at, name)))) found.unshift(at)
    if (dirname(at) === at) return found
  }
}

/** Compares the paths only: resolve links first if they count. A directory is not below itself. */
export function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith(sep) ? directory : directory + sep)
}

/** With all links resolved, as far as the path exists. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realPath(parent), path.slice(parent.length))
  }
}
