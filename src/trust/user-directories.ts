/** This user's own directories, by the XDG Base Directory Specification. */
import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { ProblemError } from '../diagnostic/problem.ts'
import { trustProblem } from './messages.ts'

/** An absolute path; the account's own home if HOME is empty or relative. Throws a ProblemError if there is no such account. */
export function userHome(environment: NodeJS.ProcessEnv = process.env): string {
  const home = homeIfAny(environment)
  if (home === undefined) throw noHome('the directories of this user are not known')
  return home
}

/** The same; undefined if the user has none, as a uid without an account does (`docker run --user 4242`). */
export function homeIfAny({ HOME = '' }: NodeJS.ProcessEnv = process.env): string | undefined {
  if (isAbsolute(HOME)) return HOME
  try {
    return userInfo().homedir
  } catch {
    return undefined
  }
}

/** The account's name; without an account what USER or LOGNAME says, or `uid-4242`. */
export function userName({ USER, LOGNAME }: NodeJS.ProcessEnv = process.env): string {
  try {
    return userInfo().username
  } catch {
    return USER || LOGNAME || `uid-${process.getuid?.() ?? 'unknown'}`
  }
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

/** What a user without a home is told. `what` needs one, as the first words of a sentence: `the path ~/rules cannot be used`. */
export function noHome(what: string): ProblemError {
  return new ProblemError([trustProblem.noHome({}, what)])
}
