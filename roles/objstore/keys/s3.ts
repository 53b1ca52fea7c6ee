/** `type: S3` */
import { type BucketType, type Counterpart, inBoth } from '../key.ts'
import { httpKeys } from './http.ts'

/** Thanos has it as a switch. */
const signature: Counterpart = { to: 'signature_version', as: value => (value === true ? 'v2' : 'v4') }
/** Cortex and Mimir read it as JSON in a text. */
const context: Counterpart = { to: 'sse.kms_encryption_context', as: value => JSON.stringify(value) }
/** Neither has keys of the customer's. */
const encryption: Counterpart = { to: 'sse.type', as: value => (value === 'SSE-C' ? undefined : value) }
/** Of all headers, Mimir has the storage class. */
const storageClass: Counterpart = {
  to: 'storage_class',
  as: value => {
    const [only, ...others] = Object.entries(value as Readonly<Record<string, unknown>>)
    return others.length === 0 && only?.[0].toLowerCase() === 'x-amz-storage-class' ? only[1] : undefined
  },
}

export const s3: BucketType = {
  bucket: 'bucket',
  backend: 's3',
  keys: {
    bucket: { is: 'a text', required: true, ...inBoth('bucket_name') },
    endpoint: { is: 'a text', required: true, ...inBoth('endpoint') },
    region: { is: 'a text', ...inBoth('region') },
    disable_dualstack: {
      is: 'true or false',
      cortex: 'disable_dualstack',
      mimir: { to: 'dualstack_enabled', as: value => value === false },
    },
    // Cortex does so whenever it has no access key, and Thanos refuses both at once.
    aws_sdk_auth: {
      is: 'true or false',
      cortex: { to: '', as: () => null },
      mimir: 'native_aws_auth_enabled',
    },
    access_key: { is: 'a text', ...inBoth('access_key_id') },
    insecure: { is: 'true or false', ...inBoth('insecure') },
    signature_version2: { is: 'true or false', ...inBoth(signature) },
    secret_key: { is: 'a text', secret: true, ...inBoth('secret_access_key') },
    session_token: { is: 'a text', secret: true, mimir: 'session_token' },
    put_user_metadata: { is: 'a map of texts', mimir: storageClass },
    http_config: { is: { keys: httpKeys } },
    // Mimir has it under names that differ from release to release.
    trace: { is: { keys: { enable: { is: 'true or false' } } } },
    list_objects_version: { is: { oneOf: ['', 'v1', 'v2'] }, ...inBoth('list_objects_version') },
    bucket_lookup_type: {
      is: { oneOf: ['auto', 'virtual-hosted', 'path'] },
      ...inBoth('bucket_lookup_type'),
    },
    send_content_md5: { is: 'true or false', ...inBoth('send_content_md5') },
    disable_multipart: { is: 'true or false' },
    part_size: { is: 'a number', mimir: 'part_size' },
    sse_config: {
      is: {
        keys: {
          type: { is: { oneOf: ['SSE-S3', 'SSE-KMS', 'SSE-C'] }, ...inBoth(encryption) },
          kms_key_id: { is: 'a text', ...inBoth('sse.kms_key_id') },
          kms_encryption_context: { is: 'a map of texts', ...inBoth(context) },
          encryption_key: { is: 'a text', hostPath: true },
        },
      },
    },
    sts_endpoint: { is: 'a text', mimir: 'sts_endpoint' },
    max_retries: { is: 'a number' },
  },
}
