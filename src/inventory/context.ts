import { posix } from 'node:path'
import type { Problem } from '../diagnostic/problem.ts'
import { noHome } from '../trust/user-directories.ts'
import type { Component } from './model.ts'
import type { Rules } from './rules.ts'
import type { SourceText } from './text/source-text.ts'

export interface ReadFile {
  readonly path: string
  readonly bytes: Uint8Array
  /** Its real path is not below the inventory's real directory. */
  readonly outside?: boolean
}

/** What `edge/` read for one path or glob. */
export type FileAnswer =
  | { readonly files: readonly ReadFile[] }
  | { readonly failure: string; readonly remedy?: string }

export interface FileRequest {
  /** `exists`: only whether it is there; `head`: its first bytes; `keyring`: whether it may say what is Debian's. */
  readonly kind: 'read' | 'glob' | 'exists' | 'head' | 'keyring'
  /** Absolute. */
  readonly path: string
}

/** What every part of the reading needs, and `problems`, to which it adds what it finds wrong. */
export interface Context {
  /** As the user typed it. */
  readonly file: string
  /** Absolute. */
  readonly directory: string
  /** What `~` stands for; undefined if the user has no home. */
  readonly home: string | undefined
  readonly source: SourceText
  readonly problems: Problem[]
  readonly rules: Rules
  /** The versions that the inventory pins. */
  readonly pinned?: Readonly<Partial<Record<Component, string>>>
  /** Secrets that the files hold, to be masked. */
  readonly secrets?: Set<string>
  readonly files: ReadonlyMap<string, FileAnswer>
}

/** Where relative paths start, and what `~` stands for. */
export type PathBase = Pick<Context, 'directory' | 'home'>

/** What is known before all files are read. */
export type Base = Pick<Context, 'file' | 'directory' | 'home'>

export function requestKey(request: FileRequest): string {
  return `${request.kind} ${request.path}`
}

/** An absolute path: `~` is the user's home, anything relative starts beside the inventory. Throws a ProblemError if there is no home. */
export function resolvePath(path: string, context: PathBase): string {
  if (path === '~' || path.startsWith('~/')) {
    if (context.home === undefined) throw noHome(`the path ${path} cannot be used`)
    return posix.join(context.home, path.slice(1))
  }
  return posix.resolve(context.directory, path)
}

/** The path as messages show it: below the inventory's directory as the user typed that, elsewhere absolute. */
export function displayPath(path: string, context: Pick<Context, 'file' | 'directory'>): string {
  const relative = posix.relative(context.directory, path)
  return relative.startsWith('..') ? path : posix.join(posix.dirname(context.file), relative)
}
