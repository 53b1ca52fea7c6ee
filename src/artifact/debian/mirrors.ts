/** The mirrors of Debian's archive that this machine's own sources name, and files from them. */
import { type Problem, ProblemError, type SourceRange } from '../../diagnostic/problem.ts'
import { NotFoundError } from '../http/problem.ts'
import { joinUrl, maskUrl } from '../http/url.ts'
import { UnfetchedError } from '../model.ts'
import type { Archive, ObtainedArchive } from '../source/source.ts'
import type { Transfer } from '../source/transfer.ts'
import { type MachinePaths, readForeign, readMirrors } from './machine.ts'

/** What a suite is opened for, as far as its problems have to say what to do about them. */
export interface Purpose {
  /** No source of this machine has the suite. */
  readonly noSource: (looked: { detail: string; own: string }, suite: string) => Problem
  /** The mirror does not have the suite. */
  readonly unknownSuite: { readonly remedy: string; readonly source?: SourceRange }
  /** The suite does not have the architecture. */
  readonly unknownArch: string
}

export interface MirrorOptions {
  readonly paths: MachinePaths
  readonly transfer: Transfer
  readonly purpose: Purpose
}

/** The mirrors to try, in order. Throws a ProblemError where this machine has none. */
export async function findMirrors(suite: string, options: MirrorOptions): Promise<readonly string[]> {
  const { paths, purpose } = options
  const mirrors = await readMirrors(suite, paths)
  if (mirrors.length > 0) return mirrors.map(({ uri }) => uri)
  const foreign = await readForeign(suite, paths)
  const looked = `Looked in ${paths.apt}/sources.list and ${paths.apt}/sources.list.d for an http(s) source with the component main.`
  const left = foreign.map(({ uri }) => `${maskUrl(uri)} was left out, because its key is not Debian's.`)
  const own =
    left.length > 0 ? ' If one of these is a copy of Debian that you sign, name its `artifacts.keyring`.' : ''
  throw new UnfetchedError([purpose.noSource({ detail: [looked, ...left].join('\n'), own }, suite)])
}

/** A file of a suite, by its path below the base, from the first mirror that has it; undefined if none has. */
export async function fetchFromMirrors(
  suite: string,
  archive: Archive,
  options: MirrorOptions,
): Promise<ObtainedArchive | undefined> {
  let failure: ProblemError | undefined
  for (const uri of await findMirrors(suite, options)) {
    try {
      return await options.transfer.download(joinUrl(uri, archive.name), archive)
    } catch (cause) {
      if (!(cause instanceof ProblemError)) throw cause
      // Another publisher's mirror may refuse it, or have something else there.
      if (!(cause instanceof NotFoundError)) failure ??= cause
    }
  }
  if (failure) throw failure
  return undefined
}
