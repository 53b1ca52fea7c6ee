/** Where Node keeps what it has compiled of promha: only in a directory that is ours, since it runs what it finds there. */
import { lstatSync, mkdirSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { findForeignBelow, isOurs } from '../../trust/ours.ts'
import { cacheHome } from '../../trust/user-directories.ts'

/** Makes the directory if need be, 0700. Undefined if it, or `program` (an absolute path), is not only ours. */
export function compileCacheDirectory(program: string, environment = process.env): string | undefined {
  try {
    // No home, no cache: a cache only saves time, so the account's own home is not looked for.
    const { HOME = '/', XDG_CACHE_HOME = '' } = environment
    if (![HOME, XDG_CACHE_HOME].some(isAbsolute)) return undefined
    const directory = join(cacheHome(environment), 'promha', 'compiled')
    if (findForeignBelow(dirname(program)) || !isOurs(directory)) return undefined
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const isPrivate = (lstatSync(directory).mode & 0o077) === 0
    return isPrivate && isOurs(directory) ? directory : undefined
  } catch {
    // A home that is not there, a full disk: a cache only saves time.
    return undefined
  }
}
