/** What a change program is made from; the way back and the confirmation are made from the same. */
import type { BundleCheck, DirectoryResource, UserResource } from '../resource/model.ts'
import type { Owner } from './own.ts'
import type { WantedDirectory } from './way.ts'

/** What was there before, as it was observed. */
export interface Before {
  /** Of the unit; undefined if that was not asked: the host looks itself. */
  readonly active: boolean | undefined
  readonly enabled: boolean | undefined
  /** Paths that existed. */
  readonly paths: ReadonlySet<string>
  /** What is made only now. */
  readonly missing: {
    readonly directories: readonly string[]
    readonly users: readonly string[]
    /** Of users that are there. */
    readonly groups: readonly string[]
  }
}

/** A file to be put in place; only its size is known here. */
export interface StagedFile extends Owner {
  /** As in the JSON document. */
  readonly resource: string
}

/** A program to be put in place: pushed to its new name before, or, with `stored`, in the host's own store. */
export interface StagedProgram extends StagedFile {
  readonly stored?: string
  /** Its content stays and only its owner or mode is wrong: a copy with this SHA-256 takes its place. */
  readonly kept?: string
}

/** A file that keeps its content and gets another owner or mode, as a copy: a process that has the old file open cannot write to the copy. */
export interface KeptFile extends StagedFile {
  readonly kept: string
}

/** A directory to be made, or to be given its owner and mode. */
export interface TakenDirectory extends DirectoryResource, Pick<WantedDirectory, 'known' | 'holds'> {}

export interface ChangeRequest {
  readonly component: string
  readonly unit: string
  /** The system user that the component runs as, where it has one. */
  readonly service?: string
  readonly users: readonly UserResource[]
  readonly directories: readonly TakenDirectory[]
  /** What comes over stdin, in this order: bytes and where they are staged, relative to the staging directory. */
  readonly stream: readonly { readonly name: string; readonly size: number }[]
  /** What is staged from the host's own store instead. */
  readonly stored: readonly { readonly name: string; readonly sha256: string }[]
  /** Run with the staged bundle as working directory. `program` is the staged one where it is to be replaced. */
  readonly checks: readonly BundleCheck[]
  /** The Nth is staged as `files/N`. */
  readonly files: readonly StagedFile[]
  readonly programs: readonly StagedProgram[]
  /** Only an owner or a mode is put right. */
  readonly modes: readonly KeptFile[]
  /** Paths of what goes, where it is there. */
  readonly removed: readonly string[]
  /** Directories that go where they are empty by then, in this order. */
  readonly emptied: readonly string[]
  /** Paths of what is replaced without being promha's. */
  readonly backups: readonly string[]
  /** promha owned nothing of the component that is in use: what it kept at an earlier time is not what it meets now. */
  readonly adopts: boolean
  readonly daemonReload: boolean
  readonly enable: boolean
  readonly disable: boolean
  readonly action: 'start' | 'restart' | 'reload' | 'stop' | 'none'
  readonly before: Before
  /** Nothing of the component stays; what goes beside files and directories, once that is confirmed. */
  readonly leaving?: Leaving
}

export interface Leaving {
  /** Directories that go with all that is in them. */
  readonly purged: readonly string[]
  readonly users: readonly string[]
  readonly groups: readonly string[]
  /** Nothing is left that promha owns, so that it forgets the component. */
  readonly forgets: boolean
}

/** Which change: the nonce of its program, and the run whose lock it needs. */
export interface ChangeMark {
  readonly mark: string
  readonly run: string
}

/** Everything that gets its place by a rename. */
export function placedPaths({ files, programs, modes }: ChangeRequest): readonly string[] {
  return [...files, ...programs, ...modes].map(file => file.path)
}
