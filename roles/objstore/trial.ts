/** The trial of a bucket, as the definitions of components give it. What carries it out is loaded when it is needed. */
import type { Trial } from '../trial.ts'
import { type Objstore, objstoreText } from './settings.ts'

/** Puts, overwrites, lists, gets and deletes an object under a random key, from each host that is to use the bucket. */
export function bucketTrial(objstore: Objstore): Trial {
  return {
    key: objstoreText(objstore),
    run: async from => (await import('./trial/run.ts')).tryBucket(objstore, from),
  }
}
