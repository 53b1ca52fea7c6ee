/** Whether a release is proven, which is asked once for each release and source. */
import type { Problem } from '../../diagnostic/problem.ts'
import { NoServerError } from '../http/problem.ts'
import { oncePerKey } from '../memo.ts'
import { UnfetchedError } from '../model.ts'
import { nameOf, type ReleaseKey, type ReleaseSource } from './source.ts'

/** Why a release could not be fetched; undefined if it was, as it is locked. `prove` rejects with an UnfetchedError. */
export function proofs(
  sourceOf: (component: ReleaseKey['component']) => ReleaseSource,
  prove: (key: ReleaseKey) => Promise<unknown>,
): (key: ReleaseKey) => Promise<Problem | undefined> {
  const known = new Map<string, Promise<Problem | undefined>>()
  const unreachable = new Map<ReleaseSource, Problem | undefined>()
  return ({ component, version, arch }) => {
    const key = { component, version, arch }
    return oncePerKey(known, nameOf(key), async () => {
      const source = sourceOf(component)
      if (unreachable.has(source)) return unreachable.get(source)
      try {
        await prove(key)
        return undefined
      } catch (cause) {
        if (!(cause instanceof UnfetchedError)) throw cause
        const [why] = cause.problems
        if (cause instanceof NoServerError) unreachable.set(source, why)
        return why
      }
    })
  }
}

/** What a release that did not come is worth: nothing. */
export function ifUnfetched(cause: unknown): undefined {
  if (!(cause instanceof UnfetchedError)) throw cause
}
