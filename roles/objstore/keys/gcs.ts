/** `type: GCS` */
import { type BucketType, inBoth } from '../key.ts'
import { httpOnlyIn } from './http.ts'

export const gcs: BucketType = {
  bucket: 'bucket',
  backend: 'gcs',
  keys: {
    bucket: { is: 'a text', required: true, ...inBoth('bucket_name') },
    service_account: { is: 'a text', secret: true, ...inBoth('service_account') },
    use_grpc: { is: 'true or false' },
    grpc_conn_pool_size: { is: 'a number' },
    http_config: { is: { keys: httpOnlyIn('mimir') } },
    chunk_size_bytes: { is: 'a number' },
    max_retries: { is: 'a number' },
  },
}
