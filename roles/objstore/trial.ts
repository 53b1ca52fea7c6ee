/** The trial of a bucket, as the definitions of components give it. What carries it out is loaded when it is needed. */
import type { Cell } from '../../src/inventory/model.ts'
import type { Instance } from '../../src/resource/model.ts'
import type { StorageSettings } from '../storage/store.ts'
import type { Trial } from '../trial.ts'
import { type Objstore, objstoreText } from './settings.ts'

/** Puts, overwrites, lists, gets and deletes an object under a random key, from each host that is to use the bucket. */
export function bucketTrial(objstore: Objstore): Trial {
  return {
    key: objstoreText(objstore),
    run: async from => (await import('./trial/run.ts')).tryBucket(objstore, from),
  }
}

/** For the definition of a component that uses the bucket of its cell's store, or of the store of another cell. */
export function storeTrial(
  bucketOf: (storage: StorageSettings) => Objstore | undefined,
): (instance: Pick<Instance, 'cell'>, cells: readonly Cell[]) => Trial | undefined {
  const storageOf = (name: string | undefined, cells: readonly Cell[]) =>
    cells.find(cell => cell.name === name)?.storage
  return ({ cell }, cells) => {
    const own = storageOf(cell, cells)
    const shared = storageOf(own?.cell, cells)
    const objstore = (own && bucketOf(own)) ?? (shared && bucketOf(shared))
    return objstore && bucketTrial(objstore)
  }
}
