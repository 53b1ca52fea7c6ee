/** All types of buckets that Thanos 0.42 knows, a line each. */
import type { BucketType } from './key.ts'
import { azure } from './keys/azure.ts'
import { gcs } from './keys/gcs.ts'
import { aliyunOss, bos, cos, filesystem, obs, oci } from './keys/others.ts'
import { s3 } from './keys/s3.ts'
import { swift } from './keys/swift.ts'

/** By the word after `type:`, in capital letters. */
export const bucketTypes = {
  S3: s3,
  GCS: gcs,
  AZURE: azure,
  SWIFT: swift,
  COS: cos,
  ALIYUNOSS: aliyunOss,
  BOS: bos,
  OCI: oci,
  OBS: obs,
  FILESYSTEM: filesystem,
} satisfies Readonly<Record<string, BucketType>>

export type BucketTypeName = keyof typeof bucketTypes

export function isBucketType(word: string): word is BucketTypeName {
  return Object.hasOwn(bucketTypes, word)
}
