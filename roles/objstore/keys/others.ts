/** Types of buckets that Thanos alone has, and a directory. */
import { type BucketType, inBoth, type ObjstoreKey } from '../key.ts'
import { httpOnlyIn } from './http.ts'

const text: ObjstoreKey = { is: 'a text' }
const number: ObjstoreKey = { is: 'a number' }
const required: ObjstoreKey = { is: 'a text', required: true }
const secret: ObjstoreKey = { is: 'a text', secret: true }
const http: ObjstoreKey = { is: { keys: httpOnlyIn('none') } }

/** With an endpoint, Tencent's bucket is a part of that. */
export const cos: BucketType = {
  bucket: 'bucket',
  keys: {
    bucket: text,
    region: text,
    app_id: text,
    endpoint: text,
    secret_key: { ...required, secret: true },
    secret_id: required,
    max_retries: number,
    http_config: http,
  },
}

export const aliyunOss: BucketType = {
  bucket: 'bucket',
  keys: {
    endpoint: required,
    bucket: required,
    access_key_id: required,
    access_key_secret: { ...required, secret: true },
  },
}

export const bos: BucketType = {
  bucket: 'bucket',
  keys: {
    bucket: required,
    endpoint: required,
    access_key: required,
    secret_key: { ...required, secret: true },
  },
}

const { tls_config: _, ...ociHttp } = httpOnlyIn('none')

export const oci: BucketType = {
  bucket: 'bucket',
  keys: {
    provider: { is: { oneOf: ['default', 'instance-principal', 'raw', 'oke-workload-identity'] } },
    bucket: required,
    compartment_ocid: text,
    tenancy_ocid: text,
    user_ocid: text,
    region: text,
    fingerprint: text,
    privatekey: secret,
    passphrase: secret,
    part_size: number,
    max_request_retries: number,
    request_retry_interval: number,
    http_config: { is: { keys: { ...ociHttp, client_timeout: { is: 'a duration' } } } },
  },
}

export const obs: BucketType = {
  bucket: 'bucket',
  keys: {
    bucket: required,
    endpoint: required,
    access_key: required,
    secret_key: { ...required, secret: true },
    max_retries: number,
    http_config: http,
  },
}

export const filesystem: BucketType = {
  backend: 'filesystem',
  keys: { directory: { ...required, hostPath: true, ...inBoth('dir') } },
}
