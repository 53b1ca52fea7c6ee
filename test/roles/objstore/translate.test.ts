import assert from 'node:assert/strict'
import type { KeyKind, ObjstoreKeys } from '../../../roles/objstore/key.ts'
import { toCortex, toMimir } from '../../../roles/objstore/translate.ts'
import { bucketTypes } from '../../../roles/objstore/types.ts'
import { yamlText } from '../../../roles/text/yaml.ts'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import { readObjstore } from './said.ts'

const translations = { cortex: toCortex, mimir: toMimir } as const

function translated(program: keyof typeof translations, type: string, config: object, prefix = '') {
  const text = yamlText({ type, config, prefix })
  const { objstore, problems: wrong } = readObjstore(text)
  assert.deepEqual(wrong, [], text)
  assert.ok(objstore)
  const problems: Problem[] = []
  const result = translations[program](objstore, problems)
  return { result, problems }
}

/** `KEY` → what stands in the backend's own config, or `refused`. */
const s3Least = { bucket: 'b', endpoint: 'e' }
const azureLeast = { storage_account: 'n', container: 'c' }
const swiftLeast = { container_name: 'c' }
const gcsLeast = { bucket: 'b' }
const refused = 'refused'
type Row = readonly [key: string, value: unknown, cortex: object | 'refused', mimir: object | 'refused']

const httpRows = (where: { cortex: boolean; mimir: boolean }): readonly Row[] => {
  const both = (key: string, value: unknown, to: object, onlyMimir = false): Row => [
    'http_config',
    { [key]: value },
    where.cortex && !onlyMimir ? { http: to } : refused,
    where.mimir ? { http: to } : refused,
  ]
  return [
    both('idle_conn_timeout', '90s', { idle_conn_timeout: '90s' }),
    both('response_header_timeout', '1d', { response_header_timeout: '86400000ms' }),
    both('insecure_skip_verify', true, { insecure_skip_verify: true }),
    both('tls_handshake_timeout', '9s', { tls_handshake_timeout: '9s' }),
    both('expect_continue_timeout', '1s', { expect_continue_timeout: '1s' }),
    both('max_idle_conns', 5, { max_idle_connections: 5 }),
    both('max_idle_conns_per_host', 5, { max_idle_connections_per_host: 5 }),
    both('max_conns_per_host', 5, { max_connections_per_host: 5 }),
    both('tls_config', { ca_file: '/a' }, { tls_ca_path: '/a' }, true),
    both('tls_config', { cert_file: '/a' }, { tls_cert_path: '/a' }, true),
    both('tls_config', { key_file: '/a' }, { tls_key_path: '/a' }, true),
    both('tls_config', { server_name: 's' }, { tls_server_name: 's' }, true),
    ['http_config', { tls_config: { insecure_skip_verify: true } }, refused, refused],
    ['http_config', { disable_compression: true }, refused, refused],
  ]
}
const same = (key: string, to = key, value: unknown = '0012'): Row => [
  key,
  value,
  { [to]: value },
  { [to]: value },
]

const tables: Readonly<Record<string, { least: object; rows: readonly Row[] }>> = {
  S3: {
    least: s3Least,
    rows: [
      same('bucket', 'bucket_name', 'x'),
      same('endpoint', 'endpoint', 'x:9000'),
      same('region'),
      ['disable_dualstack', true, { disable_dualstack: true }, { dualstack_enabled: false }],
      ['aws_sdk_auth', true, {}, { native_aws_auth_enabled: true }],
      same('insecure', 'insecure', true),
      ['signature_version2', true, { signature_version: 'v2' }, { signature_version: 'v2' }],
      [
        'put_user_metadata',
        { 'X-Amz-Storage-Class': 'GLACIER_IR' },
        refused,
        { storage_class: 'GLACIER_IR' },
      ],
      ['put_user_metadata', { a: 'b' }, refused, refused],
      ...httpRows({ cortex: true, mimir: true }),
      ['trace', { enable: true }, refused, refused],
      same('list_objects_version', 'list_objects_version', 'v1'),
      same('bucket_lookup_type', 'bucket_lookup_type', 'path'),
      same('send_content_md5', 'send_content_md5', false),
      ['disable_multipart', true, refused, refused],
      ['part_size', 9, refused, { part_size: 9 }],
      ['sse_config', { type: 'SSE-S3' }, { sse: { type: 'SSE-S3' } }, { sse: { type: 'SSE-S3' } }],
      ['sse_config', { type: 'SSE-C' }, refused, refused],
      ['sse_config', { kms_key_id: 'k' }, { sse: { kms_key_id: 'k' } }, { sse: { kms_key_id: 'k' } }],
      [
        'sse_config',
        { kms_encryption_context: { a: 'b' } },
        { sse: { kms_encryption_context: '{"a":"b"}' } },
        { sse: { kms_encryption_context: '{"a":"b"}' } },
      ],
      ['sse_config', { encryption_key: '/k' }, refused, refused],
      ['sts_endpoint', 'https://sts.example.net', refused, { sts_endpoint: 'https://sts.example.net' }],
      ['max_retries', 9, refused, refused],
      ['session_token', 't', refused, { session_token: 't' }],
    ],
  },
  AZURE: {
    least: azureLeast,
    rows: [
      ['az_tenant_id', 't', refused, refused],
      ['client_id', 't', refused, refused],
      ['client_secret', 't', refused, refused],
      same('storage_account', 'account_name'),
      same('storage_account_key', 'account_key'),
      same('storage_connection_string', 'connection_string'),
      ['storage_create_container', true, refused, refused],
      same('container', 'container_name'),
      same('endpoint', 'endpoint_suffix'),
      same('user_assigned_id'),
      same('max_retries', 'max_retries', 3),
      ['reader_config', { max_retry_requests: 3 }, refused, refused],
      ['pipeline_config', { max_tries: 3 }, refused, refused],
      ['pipeline_config', { try_timeout: '3s' }, refused, refused],
      ['pipeline_config', { retry_delay: '3s' }, refused, refused],
      ['pipeline_config', { max_retry_delay: '3s' }, refused, refused],
      ...httpRows({ cortex: true, mimir: true }),
      ['msi_resource', 'r', { msi_resource: 'r' }, refused],
    ],
  },
  GCS: {
    least: gcsLeast,
    rows: [
      same('bucket', 'bucket_name'),
      same('service_account'),
      ['use_grpc', true, refused, refused],
      ['grpc_conn_pool_size', 3, refused, refused],
      ...httpRows({ cortex: false, mimir: true }),
      ['chunk_size_bytes', 3, refused, refused],
      ['max_retries', 3, refused, refused],
    ],
  },
  SWIFT: {
    least: swiftLeast,
    rows: [
      same('auth_version', 'auth_version', 3),
      ...['auth_url', 'username', 'user_domain_name', 'user_domain_id', 'user_id', 'password'].map(key =>
        same(key),
      ),
      ...['domain_id', 'domain_name', 'region_name', 'container_name'].map(key => same(key)),
      ...['id', 'name', 'secret'].map(key => same(`application_credential_${key}`)),
      ...['id', 'name', 'domain_id', 'domain_name'].map(key => same(`project_${key}`)),
      ['large_object_chunk_size', 3, refused, refused],
      ['large_object_segments_container_name', 's', refused, refused],
      same('retries', 'max_retries', 3),
      same('connect_timeout', 'connect_timeout', '3s'),
      ['timeout', '1w', { request_timeout: '604800000ms' }, { request_timeout: '604800000ms' }],
      ['use_dynamic_large_objects', true, refused, refused],
      ...httpRows({ cortex: false, mimir: false }),
    ],
  },
  FILESYSTEM: { least: { directory: '/a' }, rows: [same('directory', 'dir', '/b')] },
}

/** The paths of all keys that hold a value. */
function pathsOf(keys: ObjstoreKeys): readonly string[] {
  const inner = (is: KeyKind) => (typeof is === 'object' && 'keys' in is ? is.keys : undefined)
  return Object.entries(keys).flatMap(([key, { is }]) => {
    const below = inner(is)
    return below ? pathsOf(below).map(one => `${key}.${one}`) : [key]
  })
}

function pathOfRow(key: string, value: unknown, keys: ObjstoreKeys): string {
  const is = keys[key]?.is
  if (typeof is !== 'object' || !('keys' in is)) return key
  const [[first, inner] = ['', undefined]] = Object.entries(value as object)
  return `${key}.${pathOfRow(first, inner, is.keys)}`
}

describe('objstore for Cortex and Mimir', () => {
  for (const [type, { least, rows }] of Object.entries(tables)) {
    const { backend = '', keys } = bucketTypes[type as keyof typeof bucketTypes] as {
      backend?: string
      keys: ObjstoreKeys
    }
    for (const [key, value, ...wanted] of rows)
      for (const [index, program] of (['cortex', 'mimir'] as const).entries())
        it(`${wanted[index] === refused ? 'refuses' : 'has'} ${key} ${JSON.stringify(value)} of ${type} in ${program}`, () => {
          const base = translated(program, type, least).result?.[backend] as object
          const { result, problems } = translated(program, type, { ...least, [key]: value })
          if (wanted[index] === refused) {
            assert.equal(result, undefined)
            assert.deepEqual(
              problems.map(({ code }) => code),
              ['objstore.no-counterpart'],
            )
            assert.notEqual(problems[0]?.source?.line, undefined)
            return
          }
          assert.deepEqual(problems, [])
          assert.equal(result?.backend, backend)
          assert.deepEqual(result?.[backend], { ...base, ...(wanted[index] as object) })
        })

    it(`tries every key of ${type}`, () => {
      const tried = new Set(rows.map(([key, value]) => pathOfRow(key, value, keys)))
      // These two are needed together, and tried below.
      for (const key of type === 'S3' ? ['access_key', 'secret_key'] : []) tried.add(key)
      assert.deepEqual([...tried].toSorted(), pathsOf(keys).toSorted())
    })
  }

  for (const program of ['cortex', 'mimir'] as const) {
    it(`has the keys of S3 in ${program}`, () => {
      const { result } = translated(program, 'S3', { ...s3Least, access_key: 'a', secret_key: '012' })
      assert.deepEqual(result, {
        backend: 's3',
        s3: { bucket_name: 'b', endpoint: 'e', access_key_id: 'a', secret_access_key: '012' },
      })
    })

    it(`refuses what only Thanos has in ${program}`, () => {
      const { result, problems } = translated(program, 'BOS', {
        ...{ bucket: 'b', endpoint: 'e', access_key: 'a', secret_key: 's' },
      })
      assert.equal(result, undefined)
      assert.match(problems[0]?.summary ?? '', /has nothing for type BOS of objstore$/)
      assert.equal(problems[0]?.source?.line, 1)
    })

    it(`takes what says what is so anyway in ${program}`, () => {
      const { problems } = translated(program, 'S3', {
        ...s3Least,
        ...{ disable_multipart: false, trace: { enable: false }, put_user_metadata: {}, session_token: '' },
      })
      assert.deepEqual(problems, [])
    })
  }

  it('has a prefix in Mimir, as far as Mimir takes it, and none in Cortex', () => {
    assert.equal(translated('mimir', 'S3', s3Least, 'eu1').result?.storage_prefix, 'eu1')
    assert.deepEqual(
      translated('mimir', 'S3', s3Least, 'eu/1').problems.map(({ code }) => code),
      ['objstore.bad-prefix'],
    )
    assert.deepEqual(
      translated('cortex', 'S3', s3Least, 'eu1').problems.map(({ code }) => code),
      ['objstore.no-counterpart'],
    )
  })
})
