/** Lists of programs that this user accepted, or that were fetched from upstream or Debian: a hash a line, then words for people. */
import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Problem, ProblemError, type Texts } from '../../diagnostic/problem.ts'
import { visibleLine } from '../../diagnostic/visible.ts'
import { checkoutsAround, isBelow, realPath } from '../../trust/checkout.ts'
import { findForeign } from '../../trust/ours.ts'
import { readNamedFile } from '../../trust/plain-file.ts'
import { replaceFile } from '../../trust/replace-file.ts'
import { cacheHome, configHome } from '../../trust/user-directories.ts'
import { fetchProblem } from '../messages.ts'

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
  const fetched = { path: join(cacheHome(environment), 'promha', 'fetched') }
  const { PROMHA_TRUSTED: named } = environment
  if (named) return { accepted: { path: resolve(named), variable: 'PROMHA_TRUSTED' }, fetched }
  return { accepted: { path: join(configHome(environment), 'promha', 'trusted') }, fetched }
}

/** Why a list is not believed; undefined if it is, or does not exist. `inventory`: its directory, absolute. */
export function disbelief({ path, variable }: HashList, inventory: string): Problem | undefined {
  const name = variable ? `${path}, which ${variable} names,` : path
  const checkout = checkoutOf(path, inventory, variable !== undefined)
  if (checkout !== undefined) return fetchProblem.hashListInCheckout({}, name, checkout)
  const foreign = findForeign(path)
  return foreign && fetchProblem.hashListNotOurs({}, { name, ...foreign })
}

/** The hashes of a list. Throws what the file system says. */
export async function readHashes({ path }: HashList): Promise<ReadonlySet<string>> {
  const text = await readText(path)
  return new Set(text.split('\n').flatMap(line => /^([0-9a-f]{64})(?:\s|$)/.exec(line)?.[1] ?? []))
}

/** `what` is for people. */
type ListedProgram = Texts<'sha256' | 'what'>
type Programs = readonly ListedProgram[]

/** Adds what the list does not hold yet; what is there stays. Throws a ProblemError if the list cannot be written. */
export async function addHashes(list: HashList, heading: string, programs: Programs): Promise<void> {
  try {
    const known = await readHashes(list)
    const added = programs.filter(({ sha256 }) => !known.has(sha256))
    if (added.length === 0) return
    const before = await readText(list.path)
    const start = before === '' ? `# ${heading}\n` : before.endsWith('\n') ? before : `${before}\n`
    await mkdir(dirname(list.path), { recursive: true, mode: 0o700 })
    await replaceFile(list.path, start + added.map(lineOf).join(''))
  } catch (cause) {
    const { message } = cause as Error
    throw new ProblemError([fetchProblem.hashListUnwritable({}, list.path, message, dirname(list.path))])
  }
}

/** The text behind the hash stays on its line, even if an inventory or a lock file put a line break into it. */
function lineOf({ sha256, what }: ListedProgram): string {
  return `${sha256}  # ${visibleLine(what)}\n`
}

async function readText(path: string): Promise<string> {
  return readNamedFile(path, largest).then(String, (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return ''
    throw cause
  })
}

/** The checkout with the list and the inventory, whose author may fill it. Of a `named` list, all around the inventory counts. */
function checkoutOf(list: string, inventory: string, named: boolean): string | undefined {
  const starts = [realPath(inventory), resolve(inventory)]
  const roots = starts.map(checkoutsAround)
  const places = named ? [...roots.flat(), ...starts] : roots.flatMap(found => found.slice(-1))
  return places.find(place => isBelow(list, place) || isBelow(realPath(list), place))
}
