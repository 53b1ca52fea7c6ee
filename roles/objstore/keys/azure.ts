/** `type: AZURE` */
import { type BucketType, inBoth } from '../key.ts'
import { httpKeys } from './http.ts'

export const azure: BucketType = {
  bucket: 'container',
  backend: 'azure',
  keys: {
    az_tenant_id: { is: 'a text' },
    client_id: { is: 'a text' },
    client_secret: { is: 'a text', secret: true },
    storage_account: { is: 'a text', required: true, ...inBoth('account_name') },
    storage_account_key: { is: 'a text', secret: true, ...inBoth('account_key') },
    storage_connection_string: { is: 'a text', secret: true, ...inBoth('connection_string') },
    storage_create_container: { is: 'true or false' },
    container: { is: 'a text', required: true, ...inBoth('container_name') },
    endpoint: { is: 'a text', ...inBoth('endpoint_suffix') },
    user_assigned_id: { is: 'a text', ...inBoth('user_assigned_id') },
    max_retries: { is: 'a number', ...inBoth('max_retries') },
    reader_config: { is: { keys: { max_retry_requests: { is: 'a number' } } } },
    pipeline_config: {
      is: {
        keys: {
          max_tries: { is: 'a number' },
          try_timeout: { is: 'a duration' },
          retry_delay: { is: 'a duration' },
          max_retry_delay: { is: 'a duration' },
        },
      },
    },
    http_config: { is: { keys: httpKeys } },
    msi_resource: { is: 'a text', cortex: 'msi_resource' },
  },
}
