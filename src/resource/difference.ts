/** Whether one resource is as desired, and if not, why. One short function a kind. */
import { contentHash } from './hash.ts'
import {
  type DirectoryResource,
  type FileResource,
  type PackageResource,
  type ProgramResource,
  type Resource,
  type UnitResource,
  type UserResource,
  unitPath,
} from './model.ts'
import { lacksGroup, type Observed } from './observed.ts'

interface Difference {
  readonly action: 'create' | 'update'
  readonly reason: string
  /** The service that reads it has something new to read; false where only an owner or a mode is put right. */
  readonly content: boolean
}

/** SHA-256 that a program is to have on this host, by its path. */
export type ProgramHash = (program: ProgramResource) => string

/** Undefined: as desired. Services are compared as a whole with what they run: see `src/plan/service.ts`. */
export function difference(
  resource: Exclude<Resource, { kind: 'service' }>,
  observed: Observed,
  programHash: ProgramHash,
): Difference | undefined {
  switch (resource.kind) {
    case 'package':
      return packageDifference(resource, observed)
    case 'user':
      return userDifference(resource, observed)
    case 'directory':
      return directoryDifference(resource, observed)
    case 'file':
      return fileDifference(resource, contentHash(resource.content), observed)
    case 'program':
      return fileDifference({ ...resource, ...ofRoot }, programHash(resource), observed)
    case 'unit':
      return unitDifference(resource, observed)
  }
}

const ofRoot = { owner: 'root', group: 'root' }

/** A unit's file as it lies on the host. */
export function unitFile(unit: UnitResource): Omit<FileResource, 'kind'> {
  return { path: unitPath(unit.name), content: unit.content, ...ofRoot, mode: 0o644, effect: 'restart' }
}

function unitDifference(unit: UnitResource, observed: Observed): Difference | undefined {
  const found = fileDifference(unitFile(unit), contentHash(unit.content), observed)
  return found && isMasked(unit.name, observed) ? { ...found, reason: maskedReason } : found
}

const maskedReason = 'unit is masked; apply unmasks it'

/** A file of promha's in /etc wins over a mask of this boot only, and takes the place of a lasting one. */
export function isMasked(unit: string, { units }: Pick<Observed, 'units'>): boolean {
  return units.get(unit)?.load === 'masked'
}

/** A version of its own choice is as good: the system looks after that. */
function packageDifference({ name }: PackageResource, { packages }: Observed): Difference | undefined {
  return packages.installed.has(name)
    ? undefined
    : { action: 'create', reason: 'not installed', content: true }
}

function userDifference(user: UserResource, observed: Observed): Difference | undefined {
  if (!observed.users.has(user.name)) return { action: 'create', reason: 'no such user', content: false }
  if (!lacksGroup(user.name, observed)) return undefined
  const reason = `the group ${user.name} does not exist; apply creates it`
  return { action: 'update', reason, content: false }
}

function directoryDifference(directory: DirectoryResource, observed: Observed): Difference | undefined {
  const seen = observed.paths.get(directory.path)
  if (!seen) return { action: 'create', reason: 'absent', content: false }
  if (seen.type !== 'directory') {
    return { action: 'update', reason: `${article[seen.type]}, not a directory`, content: false }
  }
  const wanted = asShared(directory, observed)
  return modeDifference(
    { ...wanted, mode: wanted.mode & ~inherited },
    { ...seen, mode: seen.mode & ~inherited },
  )
}

const article = {
  file: 'a file',
  directory: 'a directory',
  link: 'a link',
  other: 'neither a file nor a directory',
}

/** A new directory takes setgid from its parent, and `chmod` leaves it: it is never a difference of a directory. */
const inherited = 0o6000

/** A shared directory with the group and the mode that the admin gave it, unless everybody can write there. */
export function asShared(directory: DirectoryResource, { paths }: Observed): DirectoryResource {
  const seen = paths.get(directory.path)
  if (!directory.shared || seen?.type !== 'directory' || (seen.mode & 0o002) !== 0) return directory
  if ((seen.mode & 0o020) !== 0) return { ...directory, group: seen.group, mode: seen.mode }
  return seen.owner === directory.owner ? { ...directory, group: seen.group } : directory
}

type Placed = { readonly path: string; readonly owner: string; readonly group: string; readonly mode: number }

function fileDifference(file: Placed, hash: string, observed: Observed): Difference | undefined {
  const seen = observed.paths.get(file.path)
  if (!seen) return { action: 'create', reason: 'absent', content: true }
  if (seen.type !== 'file')
    return { action: 'update', reason: `${article[seen.type]}, not a file`, content: true }
  if (observed.hashes.get(file.path) !== hash)
    return { action: 'update', reason: 'content differs', content: true }
  return modeDifference(file, seen)
}

function modeDifference(
  wanted: Placed,
  seen: { readonly owner: string; readonly group: string; readonly mode: number },
): Difference | undefined {
  const owner = `${seen.owner}:${seen.group}`
  const wantedOwner = `${wanted.owner}:${wanted.group}`
  if (owner !== wantedOwner)
    return { action: 'update', reason: `owner is ${owner}, not ${wantedOwner}`, content: false }
  if (seen.mode === wanted.mode) return undefined
  return {
    action: 'update',
    reason: `mode is ${octal(seen.mode)}, not ${octal(wanted.mode)}`,
    content: false,
  }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
