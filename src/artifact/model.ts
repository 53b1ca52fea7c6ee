/** A version becomes verified programs. */
import { type Problem, ProblemError } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'

export type Arch = 'amd64' | 'arm64' | 'armv7'

/** This machine's; undefined if no release runs here. */
export function localArch(): Arch | undefined {
  if (process.platform !== 'linux') return undefined
  return ({ x64: 'amd64', arm64: 'arm64', arm: 'armv7' } as const)[process.arch as string]
}

/** One file of a release as it lies on a host, or the directory into which all of it is unpacked. */
export interface ReleaseFile {
  /** `/usr/local/bin/prometheus` */
  readonly path: string
  /** Of a directory: what `tree_hash` prints of it on a host. */
  readonly sha256: string
  /** Bytes, unpacked. */
  readonly size: number
  /** SHA-256 of the stream in which a directory is kept and sent; absent: it is a file. */
  readonly packed?: string
}

/** By which the cache has it. */
export function cachedHash({ packed, sha256 }: Pick<ReleaseFile, 'packed' | 'sha256'>): string {
  return packed ?? sha256
}

export interface Release {
  readonly component: Component
  readonly version: string
  readonly arch: Arch
  readonly files: readonly ReleaseFile[]
}

export interface Artifacts {
  /** The version to install: the inventory's, else the lock file's, else this release's set (debian: the suite's). */
  version(component: Component): string
  /** From the lock file where it has it, without any I/O; otherwise fetched, verified and locked. */
  release(component: Component, arch: Arch): Promise<Release>
  /** Resolves if the lock file or the source has the release. An archive comes only if nothing else states its hash. */
  available(component: Component, arch: Arch): Promise<void>
  /** Path in the cache of the gzip-compressed file of that hash; fetched and verified where it is not there. */
  compressed(release: Release, file: ReleaseFile): Promise<{ readonly path: string; readonly size: number }>
  /** Whether a program may run on this machine; for that it may be fetched again. Rejects if it is not what its source has. */
  ground(release: Release, file: ReleaseFile): Promise<Ground>
  /** Where a program to run here lies: executable, hashed, and only ours. Rejects with an UntrustedError if it may not run. */
  local(release: Release, file: ReleaseFile): Promise<string>
  /** Writes what was learned to the lock file; nothing where nothing was. */
  save(): Promise<void>
}

/** Why a program may run here: a person accepted it, this promha knows it, or promha itself fetched it. `why`: more about why not. */
export type Ground =
  | { readonly trusted: true; readonly because: 'accepted' | 'known' | 'fetched' }
  | { readonly trusted: false; readonly why?: Problem }

/** A program that may not run on this machine. */
export class UntrustedError extends ProblemError {
  readonly why: Problem | undefined
  constructor(problem: Problem, why: Problem | undefined) {
    super([problem])
    this.why = why
  }
}

/** It could not be fetched, but nothing is known against it. All else that is wrong with a release is an error everywhere. */
export class UnfetchedError extends ProblemError {}

/** The source answered that it does not have it: trying again does not help. */
export class AbsentError extends UnfetchedError {}

/** Progress of one download; `total` in bytes, absent where the server does not say. */
export interface DownloadProgress {
  readonly name: string
  readonly done: number
  readonly total?: number
}
