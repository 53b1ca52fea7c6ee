/** What promha knows of a kind of resource: everything else iterates over the registry in `kinds.ts`. */
import type { Component } from '../../inventory/model.ts'
import type { OwnedPath } from '../../shell/syntax/own.ts'
import type { WantedDirectory } from '../../shell/syntax/way.ts'
import type {
  DirectoryResource,
  Effect,
  FileResource,
  ProgramHash,
  Resource,
  UserResource,
} from '../model.ts'
import type { Observed, Owned } from '../observed.ts'

export interface Difference {
  readonly action: 'create' | 'update'
  readonly reason: string
  /** The service that reads it has something new to read; false where only an owner or a mode is put right. */
  readonly content: boolean
  /** An admin masked the unit so that it does not run, and the change unmasks it. */
  readonly masked?: boolean
}

/** What a host is asked of its resources. */
export interface ResourceQuestions {
  /** Asked for with the groups of the same names. */
  readonly users: readonly string[]
  /** Of the host's own system. */
  readonly packages: readonly string[]
  /** A link to a directory is as good as one: the data often lies on a disk of its own. */
  readonly directories: readonly string[]
  /** Files to stat, programs and hashed ones included. */
  readonly paths: readonly string[]
  /** Small files, hashed each time. */
  readonly hashed: readonly string[]
  /** Large files, hashed only where size, times or inode are not those remembered. */
  readonly programs: readonly string[]
  /** Directories that are one thing each, hashed as programs are. */
  readonly trees: readonly string[]
  readonly units: readonly string[]
}

/** What lies in its place once it is put there, and in the host's store. */
export interface Content {
  readonly path: string
  readonly sha256: string
  /** May share its bytes with the store: it is replaced as a whole and never written to. */
  readonly shared: boolean
  /** It is a directory, and the hash is that of all that is in it. */
  readonly tree?: true
}

/** A thing that promha put on a host, or took over there. */
export type Entry = Omit<Owned, 'found'>

interface StagedItem {
  /** Its step, as in the JSON document. */
  readonly resource: string
  /** It was there before, as it was observed. */
  readonly existed: boolean
}

export interface StagedUser extends StagedItem, UserResource {
  /** It lacks the group of its name. */
  readonly groupless: boolean
}

/** A directory to be made, or to be given its owner and mode. */
export interface StagedDirectory
  extends StagedItem,
    DirectoryResource,
    Pick<WantedDirectory, 'known' | 'holds'> {}

/** What gets its place by a rename: sent before, or from the host's own store, or a copy of what is there. */
export interface StagedPlace extends StagedItem, OwnedPath {
  readonly kind: 'file' | 'unit' | 'program' | 'tree'
  /** Where its content waits, relative to the staging directory. Absent: beside its place. */
  readonly source?: string
  /** It is in the host's own store under this SHA-256. */
  readonly stored?: string
  /** SHA-256 of content that stays: a copy takes its place, to which no process that has the old file open can write. */
  readonly kept?: string
}

/** A resource as a change program stages it, puts it in place, and takes it back. */
export type Staged = StagedUser | StagedDirectory | StagedPlace

export interface StageRequest {
  readonly item: StagedItem
  readonly observed: Observed
  /** Only an owner or a mode is put right: the SHA-256 of what it keeps. */
  readonly kept: string | undefined
  /** Where its new content waits. */
  readonly source: string | undefined
  /** A directory as the change takes it. */
  readonly taken: (directory: DirectoryResource) => Omit<StagedDirectory, keyof StagedItem>
}

/** The shell of one kind. Steps run where `set -e` is on and the functions of `way.sh` are there. */
export interface Placement<S extends Staged = Staged> {
  /** What comes before what: a directory is given to users, and holds files. */
  readonly phase: 'accounts' | 'directories' | 'places'
  /** It is a directory, and replaced with all that is in it. */
  readonly tree?: true
  /** It is sent beside its place before the change begins, and checks may run it there. */
  readonly pushed?: true
  /** Before anything is touched. */
  stage?(item: S): readonly string[]
  /** `note`: a path in the staging directory of its own; `staging`: that directory. */
  place(item: S, note: string, staging: string): readonly string[]
  /** Sets `failed` where the rest must not go on. */
  undo(item: S, note: string): readonly string[]
  /** Once all is put back: what was made for it. Sets `kept` where something stays, and with it whose it is. */
  unmake?(item: S): readonly string[]
}

export interface ResourceKind<R extends Resource = Resource> {
  /** How it is observed. */
  observe(resource: R): Partial<ResourceQuestions>
  /** Undefined: as desired. */
  differ(resource: R, observed: Observed, programHash: ProgramHash): Difference | undefined
  /** Why it is taken over as it is. */
  adopted?(resource: R, observed: Observed): string
  /** What a reader of the plan should know of it. */
  note?(resource: R): readonly string[]
  /** What new content asks of the service that reads it. */
  effect(resource: R): Effect
  /** Undefined: no thing of its own. */
  own(resource: R): Entry | undefined
  /** What comes and goes with it. */
  companion?(resource: R): Entry
  /** It is there, and its companion is not. */
  lacksCompanion?(resource: R, observed: Observed): boolean
  /** promha put it there, or is about to, whatever the manifest says. */
  isMade?(resource: R, observed: Observed): boolean
  isThere(resource: R, observed: Observed): boolean
  /** All that the host said of it and that a plan depends on. */
  seen(resource: R, observed: Observed): string
  /** Only of what is put in its place by a rename. */
  content?(resource: R, programHash: ProgramHash): Content
  /** What a change does with it, and how. Absent: the service is told as a whole. */
  stage?(resource: R, request: StageRequest): Staged
  readonly placement?: Placement
  /** The file that is written. Absent: its bytes are no part of the resource. */
  file?(resource: R): Omit<FileResource, 'kind'>
  /** What a comparison sees beside the content. */
  attributes(resource: R): readonly (string | number)[]
  /** Its line in a generation's listing: a word of `words`, then fields of which the sixth is the hash of the content. */
  list(resource: R, programHash: ProgramHash): readonly string[]
  readonly words: readonly string[]
  /** Back from the fields, the word first; undefined where they are not whole. Its content is in the host's store. */
  unlist(fields: readonly string[], component: Component, version: string): R | undefined
  /** What may stand in a manifest because of it. */
  readonly owns: Readonly<Partial<Record<Owned['kind'], OwnedKind>>>
}

/** What becomes of an entry of a manifest that is no longer wanted. */
export interface OwnedKind {
  /** Two entries of one space and name are the same thing. Absent: paths. */
  readonly space?: 'user' | 'group' | 'package'
  /** What holds others goes after them, a user after all that is theirs, then the group, and what ran it all at last. */
  readonly rank: 0 | 1 | 2 | 3 | 4
  /** What the program itself wrote. */
  readonly data?: true
  /** It goes only where nothing is in it by then. */
  readonly emptied?: true
  /** A program uses it: it is put in place, and taken away, by a rename. */
  readonly placed?: true
  goes(entry: Owned, when: Removal): boolean
  /** Whether promha remembers it even so. */
  stays?(entry: Owned): boolean
  /** It goes at the very end of the run, and is remembered until then. */
  readonly last?: true
  /** The only places in which promha ever puts something of that kind, and the only names that it gives. */
  isOurs(name: string): boolean
  /** The same for a component that this release does not know. */
  isOf?(name: string, component: string): boolean
  /** Whether its text may be shown once it is gone: the record does not say what is concealed. Absent: it has no text. */
  shows?(name: string): boolean
  /** How a change names it. Absent: as the manifest does. */
  id?(name: string): string
  /** What is said beside why it goes. */
  readonly note?: string
}

export interface Removal {
  /** Data goes as well. */
  readonly purges: boolean
  /** Data is left on the host. */
  readonly keepsData: boolean
  /** Directories above a path that is wanted. */
  readonly parents: ReadonlySet<string>
}
