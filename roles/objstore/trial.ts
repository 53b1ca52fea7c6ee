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

/** For the definition of a component that uses the bucket of its cell's store. */
export function storeTrial(
  bucketOf: (storage: StorageSettings) => Objstore | undefined,
): (instance: Pick<Instance, 'cell'>, cells: readonly Cell[]) => Trial | undefined {
  return ({ cell }, cells) => {
    const storage = cells.find(({ name }) => name === cell)?.storage
    const objstore = storage && bucketOf(storage)
    return objstore && bucketTrial(objstore)
  }
}
