/**
 * This user's own lists of programs, by hash: those that a person has accepted, and those that promha itself fetched from
 * upstream or from Debian's signed archive. A line each: the hash, then what it was, for people. A list is believed only
 * if only this user and root can change it, and if it does not come with the inventory.
 */
import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { error, type Problem, ProblemError } from '../diagnostic/problem.ts'
import { visibleLine } from '../diagnostic/visible.ts'
import { checkoutsAround, isBelow, realPath } from '../trust/checkout.ts'
import { findForeign } from '../trust/ours.ts'
import { readNamedFile } from '../trust/plain-file.ts'
import { replaceFile } from '../trust/replace-file.ts'
import { cacheHome, configHome } from '../trust/user-directories.ts'

/** Bytes. */
const largest = 16 * 1024 * 1024

export interface HashList {
  /** Absolute. */
  readonly path: string
  /** The variable that names it, if one does. */
  readonly variable?: 'PROMHA_TRUSTED'
}

export interface HashLists {
  readonly accepted: HashList
  readonly fetched: HashList
}

/** `~/.config/promha/trusted` or what `PROMHA_TRUSTED` names, and `~/.cache/promha/fetched`. */
export function hashLists(environment: NodeJS.ProcessEnv = process.env): HashLists {
  const named = environment.PROMHA_TRUSTED ?? ''
  return {
    accepted:
      named === ''
        ? { path: join(configHome(environment), 'promha', 'trusted') }
        : { path: resolve(named), variable: 'PROMHA_TRUSTED' },
    fetched: { path: join(cacheHome(environment), 'promha', 'fetched') },
  }
}

/**
 * Why a list is not believed; undefined if it is. What does not exist is believed: it holds nothing.
 * @param inventory the inventory's directory, absolute
 */
export function disbelief({ path, variable }: HashList, inventory: string): Problem | undefined {
  const name = variable ? `${path}, which ${variable} names,` : path
  const checkout = checkoutOf(path, inventory, variable !== undefined)
  if (checkout !== undefined)
    return error(`${name} is not believed: it lies in ${checkout}, together with the inventory`, {
      detail: "A person who can change the inventory could accept programs in this user's name.",
      remedy: variable
        ? `Set ${variable} to a file outside of ${checkout}.`
        : `Set PROMHA_TRUSTED to a file outside of ${checkout}.`,
    })
  const foreign = findForeign(path)
  if (foreign === undefined) return undefined
  return error(`${name} is not believed: ${foreign.path} ${foreign.why}`, { remedy: foreign.remedy })
}

/** The hashes of a list. Throws what the file system says. */
export async function readHashes({ path }: HashList): Promise<ReadonlySet<string>> {
  const text = await readText(path)
  return new Set(text.split('\n').flatMap(line => /^([0-9a-f]{64})(?:\s|$)/.exec(line)?.[1] ?? []))
}

/** One program of a list. */
export interface Listed {
  readonly sha256: string
  /** For people. */
  readonly what: string
}

/** Adds what the list does not hold yet; what is there stays. Throws a ProblemError if the list cannot be written. */
export async function addHashes(list: HashList, heading: string, programs: readonly Listed[]): Promise<void> {
  try {
    const known = await readHashes(list)
    const fresh = programs.filter(({ sha256 }) => !known.has(sha256))
    if (fresh.length === 0) return
    const before = await readText(list.path)
    const start = before === '' ? `# ${heading}\n` : before.endsWith('\n') ? before : `${before}\n`
    await mkdir(dirname(list.path), { recursive: true, mode: 0o700 })
    await replaceFile(list.path, start + fresh.map(lineOf).join(''))
  } catch (cause) {
    throw new ProblemError([
      error(`${list.path} cannot be written: ${(cause as Error).message}`, {
        remedy: `Give this user the right to write ${dirname(list.path)}.`,
      }),
    ])
  }
}

/** The text behind the hash stays on its line, even if an inventory or a lock file put a line break into it. */
function lineOf({ sha256, what }: Listed): string {
  return `${sha256}  # ${visibleLine(what)}\n`
}

async function readText(path: string): Promise<string> {
  return readNamedFile(path, largest)
    .then(String)
    .catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return ''
      throw cause
    })
}

/**
 * The directory that holds both the list and the inventory, and that the inventory's author may fill: the checkout around
 * the inventory. Of a list that a variable names, also the inventory's directory and every checkout around that one, since
 * a change may add a checkout within another. A home that is a checkout itself keeps its own lists for those within it.
 */
function checkoutOf(list: string, inventory: string, named: boolean): string | undefined {
  const starts = [realPath(inventory), resolve(inventory)]
  const roots = starts.map(checkoutsAround)
  const places = named ? [...roots.flat(), ...starts] : roots.flatMap(found => found.slice(-1))
  return places.find(place => isBelow(list, place) || isBelow(realPath(list), place))
}
