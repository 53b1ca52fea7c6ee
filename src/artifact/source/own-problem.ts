/** What is wrong with a program that an entry of the inventory names, told at that entry. */
import type { ReleaseDefinition } from '../../../roles/release.ts'
import { defined } from '../../diagnostic/defined.ts'
import { ProblemError } from '../../diagnostic/problem.ts'
import type { ArtifactOrigin } from '../../inventory/artifact/origin.ts'
import { AbsentError, UnfetchedError } from '../model.ts'

type Entry = Pick<ReleaseDefinition, 'place' | 'file' | 'upstream'>

/** Throws what was thrown, with the place of the entry. */
export function atEntry({ place }: Pick<Entry, 'place'>, remedy?: string): (cause: unknown) => never {
  return cause => {
    if (!(cause instanceof ProblemError)) throw cause
    // Its class says whether the run can go on without the program.
    const Same = cause.constructor as typeof ProblemError
    const [where, better] = [defined({ source: place }), defined({ remedy })]
    throw new Same(cause.problems.map(problem => ({ ...where, ...problem, ...better })))
  }
}

/** The same of a source: what to check is in the entry, not under `artifacts` or `versions`. */
export function ofSource(entry: Entry, origin: Origin): (cause: unknown) => never {
  return cause => atEntry(entry, remedyFor(cause, entry, origin))(cause)
}

type Origin = Pick<ArtifactOrigin, 'kind'>

function remedyFor(cause: unknown, { file, upstream }: Entry, { kind }: Origin): string | undefined {
  if (!(cause instanceof UnfetchedError)) return undefined
  const absent = cause instanceof AbsentError
  if (file !== undefined) return 'Check this path.'
  if (upstream.base !== undefined)
    return absent
      ? 'Check this URL.'
      : 'Check this URL. If it is right, run `promha artifacts fetch` on a machine that reaches it, and copy the cache and the lock file here.'
  if (!absent) return undefined
  const also = kind === 'upstream' ? '' : ', and `artifacts.from`'
  return `Check \`repo\`, \`version\`, \`tag\`, \`asset\` and \`checksums\` of this entry${also}.`
}
