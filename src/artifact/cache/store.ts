/** The cache of an inventory, and what fetches into it. */
import type { Problem } from '../../diagnostic/problem.ts'
import { once } from '../memo.ts'
import { createTransfer, type Transfer, type TransferOptions } from '../source/transfer.ts'
import { type Cache, foreignCache, openCache, prepareCache, temporaryDirectory } from './cache.ts'
import { diskProblem } from './disk-problem.ts'

interface StoreOptions extends Pick<TransferOptions, 'emit' | 'isLocked' | 'signal'> {
  /** Told if others can change the cache. */
  readonly warn: ((problem: Problem) => void) | undefined
}

interface Store {
  readonly cache: Cache
  readonly transfer: Transfer
  /** Does the work; what the local disk refuses becomes a ProblemError. */
  readonly guard: <T>(work: () => Promise<T>) => Promise<T>
}

/** Nothing is made or removed before the first `transfer.prepare`. */
export function openStore(directory: string, { warn, ...options }: StoreOptions): Store {
  const cache = openCache(directory)
  const prepare = once(async () => {
    const foreign = foreignCache(directory)
    if (foreign !== undefined) warn?.(foreign)
    await prepareCache(cache)
  })
  return {
    cache,
    transfer: createTransfer({ directory: temporaryDirectory(cache), prepare, ...options }),
    guard: work =>
      work().catch(cause => {
        throw diskProblem(cause, 'cannot use the cache:', directory)
      }),
  }
}
