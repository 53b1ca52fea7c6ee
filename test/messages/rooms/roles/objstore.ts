import { objstoreProblem } from '../../../../roles/objstore/messages.ts'
import { samples } from '../../samples.ts'

export const objstoreSamples = samples(objstoreProblem, {
  none: [['storage.cortex of cell "eu"']],
  unknownKey: [
    ['buket', 'config', ['bucket', 'endpoint']],
    ['zzz', '', ['type', 'config', 'prefix']],
  ],
  badValue: [['config.insecure', 'true or false', 'a text']],
  missing: [['config.bucket']],
  unknownType: [
    ['S4', ['S3', 'GCS']],
    ['floppy', ['S3', 'GCS']],
  ],
  goesWith: [['access_key', 'secret_key']],
  notBoth: [['aws_sdk_auth', 'access_key']],
  badEndpoint: [[]],
  noCounterpart: [['max_retries', 'Cortex']],
  badPrefix: [['Mimir']],
  onSeveralHosts: [['storage.cortex of cell "eu"', ['c1', 'c2']]],
})
