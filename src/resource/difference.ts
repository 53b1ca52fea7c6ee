/** What is different of a path, for the kinds of resources that have one. */
import { type OwnedPath, octal } from '../shell/syntax/own.ts'
import type { Difference } from './kind/kind.ts'
import type { Observed, PathFacts } from './observed.ts'

export const ofRoot = { owner: 'root', group: 'root' }

const article: Readonly<Record<PathFacts['type'], string>> = {
  file: 'a file',
  directory: 'a directory',
  link: 'a link',
  other: 'neither a file nor a directory',
}

/** Something else than what is wanted there, or nothing. */
export function typeDifference(
  type: 'file' | 'directory',
  seen: PathFacts | undefined,
  content: boolean,
): Difference | undefined {
  if (!seen) return { action: 'create', reason: 'absent', content }
  if (seen.type === type) return undefined
  return { action: 'update', reason: `${article[seen.type]}, not ${article[type]}`, content }
}

/** Of what is put in its place as a whole. */
export function placedDifference(
  type: 'file' | 'directory',
  wanted: OwnedPath,
  hash: string,
  { hashes, paths }: Observed,
): Difference | undefined {
  const seen = paths.get(wanted.path)
  const other = typeDifference(type, seen, true)
  if (other || !seen) return other
  if (hashes.get(wanted.path) !== hash) return { action: 'update', reason: 'content differs', content: true }
  return modeDifference(wanted, seen)
}

export function modeDifference(
  wanted: Omit<OwnedPath, 'path'>,
  seen: Omit<OwnedPath, 'path'>,
): Difference | undefined {
  const owner = `${seen.owner}:${seen.group}`
  const wantedOwner = `${wanted.owner}:${wanted.group}`
  if (owner !== wantedOwner)
    return { action: 'update', reason: `owner is ${owner}, not ${wantedOwner}`, content: false }
  if (seen.mode === wanted.mode) return undefined
  const reason = `mode is ${octal(seen.mode)}, not ${octal(wanted.mode)}`
  return { action: 'update', reason, content: false }
}

/** What a plan depends on of a path: no times. */
export function seenAt(path: string, { hashes, paths }: Observed): string {
  const { type, mode, owner, group } = paths.get(path) ?? {}
  return JSON.stringify([path, type, mode, owner, group, hashes.get(path)])
}
