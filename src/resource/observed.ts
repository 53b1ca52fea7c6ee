/** What the probe saw on one host. */
import type { Component } from '../inventory/model.ts'

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
}

/** What promha last saw running well, written once its gate had passed. */
export interface Stamp {
  /** Fingerprint of what asks for a restart. */
  readonly restart: string
  /** Fingerprint of what asks for a reload. */
  readonly reload: string
  /** Seconds since the epoch, by the host's clock. */
  readonly time: number
}

export interface Observed {
  /** `uname -m` */
  readonly machine: string
  readonly systemd: boolean
  /** The script ran as root. */
  readonly root: boolean
  readonly users: ReadonlySet<string>
  readonly paths: ReadonlyMap<string, PathFacts>
  /** SHA-256 of each file asked for that exists. */
  readonly hashes: ReadonlyMap<string, string>
  /** Programs whose hash had to be computed, since what promha remembered does not fit. */
  readonly unremembered: ReadonlySet<string>
  readonly units: ReadonlyMap<string, UnitFacts>
  readonly stamps: ReadonlyMap<Component, Stamp>
}
