/** A version becomes verified programs. */
import type { ReleasedComponent } from '../inventory/model.ts'

export type Arch = 'amd64' | 'arm64' | 'armv7'

/** One file of a release as it lies on a host. */
export interface ReleaseFile {
  /** `/usr/local/bin/prometheus` */
  readonly path: string
  readonly sha256: string
  /** Bytes, unpacked. */
  readonly size: number
}

export interface Release {
  readonly component: ReleasedComponent
  readonly version: string
  readonly arch: Arch
  readonly files: readonly ReleaseFile[]
}

export interface Artifacts {
  /** The version to install: the inventory's, else the lock file's, else this release's set (debian: the suite's). */
  version(component: ReleasedComponent): string
  /** From the lock file where it has it, without any I/O; otherwise fetched, verified and locked. */
  release(component: ReleasedComponent, arch: Arch): Promise<Release>
  /** Path in the cache of the gzip-compressed file of that hash; fetched and verified where it is not there. */
  compressed(release: Release, file: ReleaseFile): Promise<{ readonly path: string; readonly size: number }>
  /** Path of an unpacked file of that release for use on this machine (promtool), executable. */
  local(release: Release, file: ReleaseFile): Promise<string>
  /** Writes what was learned to the lock file; nothing where nothing was. */
  save(): Promise<void>
}

/** Progress of one download; `total` in bytes, absent where the server does not say. */
export interface DownloadProgress {
  readonly name: string
  readonly done: number
  readonly total?: number
}
