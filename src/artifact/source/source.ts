/** What every source of releases offers; the files beside it are the sources. */
import type { ArchiveMember } from '../../../roles/release.ts'
import type { Component } from '../../inventory/model.ts'
import type { Release } from '../model.ts'

/** One archive of a release. `name` is enough for its own source to find it again. */
export interface Archive {
  readonly name: string
  readonly sha256: string
}

export type ReleaseKey = Omit<Release, 'files'>

export function nameOf({ component, version, arch }: ReleaseKey): string {
  return `${component} ${version} ${arch}`
}

/** An archive on this machine, its hash checked. */
export interface ObtainedArchive {
  readonly path: string
  /** Removes what was only made for this use. */
  readonly dispose: () => Promise<void>
}

export interface ReleaseSource {
  /** In the lock file: what the hashes belong to. A mirror or directory stands for `upstream` itself. */
  readonly name: string
  /** Upstream's own organisation at GitHub or Debian's signature vouches for it. */
  readonly vouched: boolean
  /** The host that is asked over plain http, with nothing signed: what it says first can be altered on the way. */
  readonly unprotected?: string
  /** Nobody states hashes: what comes first is locked as it is. */
  readonly unstated?: true
  readonly format: 'tar.gz' | 'deb'
  /** What to install if the inventory does not say. */
  readonly defaultVersion: (component: Component) => Promise<string>
  readonly members: (key: ReleaseKey) => readonly ArchiveMember[]
  /** The release's archives with the hashes that its publisher states. Throws a ProblemError. */
  readonly resolve: (key: ReleaseKey) => Promise<readonly Archive[]>
  /** What the inventory names now, where that can differ from what is locked; a hash where it is known without a download. */
  readonly named?: (
    key: ReleaseKey,
  ) => Promise<readonly { readonly name: string; readonly sha256?: string }[]>
  /** The archive itself, of exactly that hash. Throws a ProblemError. */
  readonly obtain: (key: ReleaseKey, archive: Archive) => Promise<ObtainedArchive>
}
