/** `type: SWIFT` */
import { type BucketType, goDuration, inBoth, type ObjstoreKey } from '../key.ts'
import { httpOnlyIn } from './http.ts'

/** Cortex and Mimir call it the same. */
const same = (key: string): ObjstoreKey => ({ is: 'a text', ...inBoth(key) })

export const swift: BucketType = {
  bucket: 'container_name',
  backend: 'swift',
  keys: {
    auth_version: { is: 'a number', ...inBoth('auth_version') },
    auth_url: same('auth_url'),
    username: same('username'),
    user_domain_name: same('user_domain_name'),
    user_domain_id: same('user_domain_id'),
    user_id: same('user_id'),
    password: { ...same('password'), secret: true },
    domain_id: same('domain_id'),
    domain_name: same('domain_name'),
    application_credential_id: same('application_credential_id'),
    application_credential_name: same('application_credential_name'),
    application_credential_secret: { ...same('application_credential_secret'), secret: true },
    project_id: same('project_id'),
    project_name: same('project_name'),
    project_domain_id: same('project_domain_id'),
    project_domain_name: same('project_domain_name'),
    region_name: same('region_name'),
    container_name: { ...same('container_name'), required: true },
    large_object_chunk_size: { is: 'a number' },
    large_object_segments_container_name: { is: 'a text' },
    retries: { is: 'a number', ...inBoth('max_retries') },
    connect_timeout: { is: 'a duration', ...inBoth({ to: 'connect_timeout', as: goDuration }) },
    timeout: { is: 'a duration', ...inBoth({ to: 'request_timeout', as: goDuration }) },
    use_dynamic_large_objects: { is: 'true or false' },
    http_config: { is: { keys: httpOnlyIn('none') } },
  },
}
