import { objstoreProblem } from '../../../../roles/objstore/messages.ts'
import { samples } from '../../samples.ts'

const at = { bucket: 'b', server: 's3.example.net', from: 'st-a, st-b' }
const put = { ...at, of: 'put' }

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
  notTried: [['b', 'st-a, st-b', 'promha itself tries buckets of type S3 only']],
  thanosFails: [['b', 'st-a', 'The specified bucket does not exist']],
  noBucket: [[at]],
  denied: [
    [at, ['put', 'list'], undefined],
    [at, ['delete'], 'promha-trial-1'],
  ],
  odd: [
    [at, 'list'],
    [at, 'get'],
  ],
  left: [[at, 'promha-trial-1', 'HTTP 500']],
  fails: [
    [put, 'unknown key', ''],
    [put, 'wrong secret', ''],
    [put, 'expired', ''],
    [put, 'clock', ''],
    [put, 'other region', 'eu-west-1'],
    [put, 'other region', ''],
    [put, 'not there', ''],
    [put, 'host not found', ''],
    [put, 'refused', ''],
    [put, 'tls', 'the certificate has expired'],
    [put, 'line', 'no answer within 10 s'],
    [put, 'answer', 'HTTP 503 SlowDown'],
  ],
})
