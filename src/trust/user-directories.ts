/** This user's own directories, by the XDG Base Directory Specification. */
import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * The user's home, an absolute path. An empty or relative HOME would lead into the directory that promha was started in,
 * so the account's own home counts then. Throws what the system says if there is no such account.
 */
export function userHome({ HOME = '' }: NodeJS.ProcessEnv = process.env): string {
  return isAbsolute(HOME) ? HOME : userInfo().homedir
}

/** `~/.config` or what `XDG_CONFIG_HOME` names. Throws as {@link userHome} does. */
export function configHome(environment: NodeJS.ProcessEnv = process.env): string {
  return named(environment.XDG_CONFIG_HOME) ?? join(userHome(environment), '.config')
}

/** `~/.cache` or what `XDG_CACHE_HOME` names. Throws as {@link userHome} does. */
export function cacheHome(environment: NodeJS.ProcessEnv = process.env): string {
  return named(environment.XDG_CACHE_HOME) ?? join(userHome(environment), '.cache')
}

/** `~/.local/state` or what `XDG_STATE_HOME` names. Throws as {@link userHome} does. */
export function stateHome(environment: NodeJS.ProcessEnv = process.env): string {
  return named(environment.XDG_STATE_HOME) ?? join(userHome(environment), '.local/state')
}

/** The specification has relative paths ignored. */
function named(path = ''): string | undefined {
  return isAbsolute(path) ? path : undefined
}
