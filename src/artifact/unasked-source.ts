/** A mirror that must not be asked: its URL holds a placeholder. Lock file and cache are all there is of it. */
import { error } from '../diagnostic/problem.ts'
import { UnfetchedError } from './model.ts'
import type { Source } from './source.ts'
import { maskUrl } from './url.ts'

/** The same source without any I/O: what would be fetched is refused with an UnfetchedError. */
export function unasked(source: Source, url: string): Source {
  const refuse = async () => {
    throw new UnfetchedError([
      error(`the mirror ${maskUrl(url)} was not asked, because its URL holds a reference`, {
        remedy:
          'Run `promha artifacts fetch INVENTORY` first: what lock file and cache hold is used without asking the mirror.',
      }),
    ])
  }
  return { ...source, resolve: refuse, obtain: refuse }
}
