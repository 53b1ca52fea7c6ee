/** The one rule of what promha executes, loads or believes: only root, this user and PROMHA_TRUST_OWNER's user can change it. */
import { lstatSync, readdirSync, readlinkSync, type Stats, statSync } from 'node:fs'
import { dirname, isAbsolute, join, parse, sep } from 'node:path'
import { remembered } from '../diagnostic/grouped.ts'
import { quote } from '../shell/syntax/quote.ts'
import { hasAccessList } from './access-list.ts'
import { isPrivateGroup } from './group.ts'

/** Something on the way to a path that somebody else owns or may change. */
export interface Foreign {
  /** The directory, link or file itself: an absolute path. */
  readonly path: string
  /** Follows the path in a sentence: `belongs to uid 1000`. */
  readonly why: string
  /** An imperative with the command to type. */
  readonly remedy: string
}

const mostLinks = 40
const writableByGroup = 0o020
const writableByOthers = 0o002
const sticky = 0o1000

/** Users whose files count as ours: this one, root, and the one of `PROMHA_TRUST_OWNER`. */
export function trustedOwners(environment: NodeJS.ProcessEnv = process.env): ReadonlySet<number> {
  const more = trustedOwner(environment)
  return new Set([0, process.geteuid?.() ?? 0, ...(more === undefined ? [] : [more])])
}

/** The uid that `PROMHA_TRUST_OWNER` names; undefined if it names none. */
export function trustedOwner({ PROMHA_TRUST_OWNER: named = '' }: NodeJS.ProcessEnv): number | undefined {
  return /^\d{1,10}$/.test(named) ? Number(named) : undefined
}

/** The first thing on the way to `path`, links followed, that is not ours. If nothing is there, its directory counts: look again. */
export function findForeign(path: string, owners?: ReadonlySet<number>): Foreign | undefined {
  return foreignOn(path, owners).next().value ?? undefined
}

/** All things on the way to these paths that are not ours, each once. */
export function allForeign(paths: readonly string[], owners?: ReadonlySet<number>): readonly Foreign[] {
  const found = paths.flatMap(path => [...foreignOn(path, owners)])
  return [...new Map(found.map(one => [one.path, one])).values()]
}

function* foreignOn(path: string, owners: ReadonlySet<number> = trustedOwners()): Generator<Foreign, void> {
  let links = 0
  let inShared = false
  const whole = isAbsolute(path) ? path : `${process.cwd()}${sep}${path}`
  let at = parse(whole).root
  const names = whole.slice(at.length).split(sep)
  const top = judge(at, lstatSync(at), owners, names.every(isNoStep))
  if (top) yield top
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (isNoStep(name)) continue
    const next = name === '..' ? dirname(at) : join(at, name)
    let found: Stats | undefined
    try {
      found = lstatSync(next, { throwIfNoEntry: false })
    } catch (cause) {
      const why = `cannot be looked at: ${(cause as Error).message}`
      return yield { path: next, why, remedy: `Give this user access to ${dirname(next)}.` }
    }
    if (found === undefined) return
    const asked = names.every(isNoStep)
    const foreign = judge(next, found, owners, asked) ?? (inShared ? secondName(next, found) : undefined)
    if (foreign) yield foreign
    if (!found.isSymbolicLink()) {
      at = next
      inShared = found.isDirectory() && (found.mode & sticky) !== 0
      continue
    }
    links += 1
    if (links > mostLinks)
      return yield { path: next, why: 'is a circle of links', remedy: `Remove ${quote(next)}.` }
    const target = readlinkSync(next)
    const root = parse(target).root
    if (root !== '') {
      at = root
      inShared = false
    }
    names.unshift(...target.slice(root.length).split(sep))
  }
}

/** A part of a path that leads nowhere else. */
function isNoStep(name: string): boolean {
  return name === '' || name === '.'
}

/** Whether only we can change what lies at `path`. */
export function isOurs(path: string, owners?: ReadonlySet<number>): boolean {
  return findForeign(path, owners) === undefined
}

/** The first thing on the way to a directory, or below it, links followed, that is not ours. Of a file: on the way to it. */
export function findForeignBelow(directory: string, owners = trustedOwners()): Foreign | undefined {
  return below(directory, owners, new Set())
}

/** @param seen directories looked at already, to which a link may lead back */
function below(path: string, owners: ReadonlySet<number>, seen: Set<string>): Foreign | undefined {
  const foreign = findForeign(path, owners)
  const found = foreign ? undefined : statSync(path, { throwIfNoEntry: false })
  if (!found?.isDirectory() || seen.has(`${found.dev} ${found.ino}`)) return foreign
  seen.add(`${found.dev} ${found.ino}`)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const next = join(path, entry.name)
    // The way to it is ours, so that its own record says it all.
    const within = entry.isFile() ? judge(next, lstatSync(next), owners, true) : below(next, owners, seen)
    if (within) return within
  }
  return undefined
}

/** Who else can change a file that was opened, whatever lies above it; undefined if only we can. */
export function foreignFile(path: string, found: Stats): Foreign | undefined {
  return judge(path, found, trustedOwners(), true)
}

/** @param asked whether it is what was asked about, and not something above it, which may be the other user's home */
function judge(path: string, found: Stats, owners: ReadonlySet<number>, asked: boolean): Foreign | undefined {
  const name = quote(path)
  if (!owners.has(found.uid)) {
    const chown = `chown ${found.isSymbolicLink() ? '-h ' : ''}${process.geteuid?.() ?? 0} ${name}`
    const remedy = asked
      ? `Run \`${chown}\` if you trust what is in it.`
      : `Set PROMHA_TRUST_OWNER=${found.uid} if that user may act as you.`
    return { path, why: `belongs to uid ${found.uid}`, remedy }
  }
  const writers = writersOf(found)
  if (writers === undefined) return byAccessList(path, found)
  return { path, why: `is writable by ${writers.who}`, remedy: `Run \`chmod ${writers.mode} ${name}\`.` }
}

const lists = new Map<string, boolean>()

/** The group's bits are the mask of an access list, so one that names others shows as a group that may write. */
function byAccessList(path: string, found: Stats): Foreign | undefined {
  if (found.isSymbolicLink() || (found.mode & writableByGroup) === 0 || isRootsShared(found)) return undefined
  // Setting a list changes the time. Where umask is 002, the same directories are asked for again and again.
  const key = `${found.dev} ${found.ino} ${found.ctimeMs}`
  if (!remembered(lists, key, () => hasAccessList(path))) return undefined
  const why = 'may be writable by others, because it has an access list'
  return { path, why, remedy: `Run \`setfacl -b ${quote(path)}\`.` }
}

/** In root's sticky directory, no other user can rename or remove what is ours. */
function isRootsShared(found: Stats): boolean {
  return found.isDirectory() && found.uid === 0 && (found.mode & sticky) !== 0
}

/** In a directory where all may make files, another user can give a second name there to a file that is not theirs. */
function secondName(path: string, found: Stats): Foreign | undefined {
  if (!found.isFile() || found.nlink < 2) return undefined
  const remedy = `Move a copy of ${quote(path)} into a directory of your own.`
  return { path, why: 'has a second name, and lies where every user may make one', remedy }
}

/** Who else may write it, its owner being one of ours. */
function writersOf(found: Stats): { readonly who: string; readonly mode: string } | undefined {
  // A link has no mode of its own.
  if (found.isSymbolicLink() || isRootsShared(found)) return undefined
  if ((found.mode & writableByOthers) !== 0) return { who: 'every user', mode: 'o-w' }
  if ((found.mode & writableByGroup) !== 0 && !isPrivateGroup(found.gid, found.uid))
    return { who: `the group ${found.gid}`, mode: 'g-w' }
  return undefined
}
