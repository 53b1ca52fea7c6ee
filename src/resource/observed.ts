/** What the probe saw on one host. */
import type { Component } from '../inventory/model.ts'
import type { Heard } from '../topology/address/advertise.ts'
import type { Health, ListeningPort } from './model.ts'

export interface PathFacts {
  readonly type: 'file' | 'directory' | 'link' | 'other'
  readonly mode: number
  readonly owner: string
  readonly group: string
  /** Bytes. */
  readonly size: number
  /** Modification time, seconds since the epoch, fractions kept. */
  readonly mtime: number
  /** `SIZE MTIME CTIME INODE`: changes whenever the file does. */
  readonly identity: string
}

/** A setting in a drop-in of a unit. */
export interface Replaced {
  readonly key: string
  /** The drop-in's. */
  readonly path: string
  /** Of `ExecStart` the SHA-256, with single blanks, since it may hold secrets; of `Environment` that of REPLICA. */
  readonly value: string
}

export interface UnitFacts {
  /** systemd's LoadState: `loaded`, `not-found`, `masked`, … */
  readonly load: string
  /** systemd's ActiveState: `active`, `activating`, `failed`, `inactive`, … */
  readonly active: string
  readonly enabled: boolean
  /** Seconds since it became active; null where it is not. */
  readonly activeFor: number | null
  /** The file was changed after systemd read it. */
  readonly needsDaemonReload: boolean
  /** Settings of promha's unit that drop-ins have too, in systemd's order; absent: none. */
  readonly replaced?: readonly Replaced[]
  /** When its main process was started, in seconds since the epoch by the host's clock; absent where that is not known. */
  readonly since?: number
}

/** Something on the host that promha put there, or found there and took over. */
export interface Owned {
  /** `data`: a directory that the program itself writes to. */
  readonly kind: 'file' | 'program' | 'tree' | 'unit' | 'user' | 'group' | 'directory' | 'data' | 'package'
  /** A path, or the name of a user, group or package. */
  readonly name: string
  /** It was there before promha came. */
  readonly found: boolean
}

/** What promha last saw running well, and what it owns of it: written once its gate had passed. */
export interface StateRecord {
  /** Fingerprint of what asks for a restart; `changing` while a change of that is not confirmed. */
  readonly restart: string
  /** Fingerprint of what asks for a reload; `changing` likewise. */
  readonly reload: string
  /** Fingerprint of all that the instance was to be: watched files, owners and modes included. */
  readonly all: string
  /** Seconds since the epoch, by the host's clock. */
  readonly time: number
  /** The run that brought its generation: `EPOCHMILLISECONDS-NONCE`, by the clock of the machine that ran promha. */
  readonly run: string
  /** Number of the generation that runs. */
  readonly generation: number
  readonly cell: string
  /** Of the program, as in the inventory. */
  readonly version: string
  /** Empty if the file names one that is not its component's. */
  readonly unit: string
  /** How this state is asked whether it is healthy; absent where that is not known. */
  readonly health?: Health
  /** Where it listens; absent where that is not known. */
  readonly ports?: readonly ListeningPort[]
  /** Seconds since the epoch when a later change was undone; absent where none was since. */
  readonly undone?: number
  readonly owned: readonly Owned[]
}

/** What the host's system says of the packages that were asked for. */
export interface PackageFacts {
  /** What installs packages there; absent where it is not known, or was not asked for. */
  readonly manager?: 'apt' | 'dnf'
  /** Name → version. */
  readonly installed: ReadonlyMap<string, string>
  /** Those that promha installed, asked for or not, by the notes that it left on the host. */
  readonly ours: ReadonlySet<string>
}

/** What a run left behind that was cut off in the middle. */
export interface Unfinished {
  /** A component, or `push` for programs that were sent and never put in place. */
  readonly name: string
  /** Something was put in place, or was about to be: it has to be undone. */
  readonly touched: boolean
}

/** Names as one host resolves them, and the host's own way out. */
export type Lookups = Omit<Heard, 'addresses'>

/** Why a service cannot write a file. */
export interface WriteFault {
  /** `other`: of another user; `closed`, `file`: no right to write; `link`, `kind`: a user other than root may have put it there. */
  readonly why: 'missing' | 'no-user' | 'other' | 'closed' | 'file' | 'link' | 'kind'
  /** Whose the directory is, or with `file` the file. */
  readonly owner: string
  /** Only root can change what the path of the directory leads to. */
  readonly sure: boolean
  /** With `link` and `kind`: the part of the path that it is. */
  readonly at?: string
}

/** Whether the user exists without the group of its name, for example after `groupdel`. */
export function lacksGroup(user: string, { users, groups }: Pick<Observed, 'users' | 'groups'>): boolean {
  return users.has(user) && !groups.has(user)
}

/** What makes a user root, among the `powers` of {@link Observed}. */
export const uidOfRoot = 'uid 0'

export interface Observed {
  /** `uname -m` */
  readonly machine: string
  readonly systemd: boolean
  /** The script ran as root. */
  readonly root: boolean
  /** Whether a file system is mounted at or below /home or /root; absent where it could not tell. */
  readonly homesMounted?: boolean
  /** All IP addresses that its interfaces have at the moment; empty where it could not tell. */
  readonly addresses: readonly string[]
  /** What it says of the names that it was asked to resolve. */
  readonly lookups?: Lookups
  /** Files that a service is to write and cannot, by path. */
  readonly unwritable?: ReadonlyMap<string, WriteFault>
  readonly users: ReadonlySet<string>
  /** Users that may do what root may: `uid 0`, or the groups that let them. Absent: none is known. */
  readonly powers?: ReadonlyMap<string, readonly string[]>
  /** Of the users that were asked for, those that have a group of their name. */
  readonly groups: ReadonlySet<string>
  readonly packages: PackageFacts
  readonly paths: ReadonlyMap<string, PathFacts>
  /** SHA-256 of each file asked for that exists. */
  readonly hashes: ReadonlyMap<string, string>
  /** Programs whose hash had to be computed, since what promha remembered does not fit. */
  readonly unremembered: ReadonlySet<string>
  readonly units: ReadonlyMap<string, UnitFacts>
  /** Of every component that promha owns on the host, desired or not. */
  readonly records: ReadonlyMap<Component, StateRecord>
  /** Components whose stamp is there and cannot be read: as if there were none, but not because there was none. */
  readonly damaged: readonly string[]
  /** Component → the unit that its stamp names and that is another's. Absent: none. */
  readonly misnamed?: ReadonlyMap<Component, string>
  /** Components of which the host keeps what stood there before promha came. Absent: none. */
  readonly backups?: readonly string[]
  readonly unfinished: readonly Unfinished[]
}
