/** How a bucket of S3 is reached, out of Thanos' form. */
import { asWritten } from '../../../src/inventory/text/as-written.ts'
import { isYamlMap } from '../../../src/inventory/upstream/upstream-values.ts'
import type { Objstore } from '../settings.ts'

export interface S3Access {
  /** Whom the request is sent to, and names it. */
  readonly host: string
  readonly port: number
  /** `/BUCKET` if the host does not name the bucket. */
  readonly base: string
  readonly bucket: string
  readonly region: string
  /** The user named it, so it is not guessed. */
  readonly regionIsSaid: boolean
  readonly listVersion: '1' | '2'
  readonly keys: { readonly id: string; readonly secret: string; readonly token?: string }
  /** Absent: plain HTTP. */
  readonly tls?: { readonly verify: boolean; readonly caFile?: string; readonly serverName?: string }
  /** Headers with which objects are put. */
  readonly putHeaders: Readonly<Record<string, string>>
  /** Before the key of an object; empty, or with a slash at its end. */
  readonly prefix: string
}

/** Undefined, or in words what promha cannot do as it is asked to: the trial is left out then. */
export function s3Access(objstore: Objstore): S3Access | { readonly lacks: string } {
  const { config, prefix } = objstore
  const said = (key: string, of: object = config) => asWritten(of, key) ?? ''
  const inner = (key: string, of: object = config) => {
    const value = (of as Readonly<Record<string, unknown>>)[key]
    return isYamlMap(value as never) ? (value as object) : {}
  }
  const [http, sse] = [inner('http_config'), inner('sse_config')]
  const tls = inner('tls_config', http)
  const [id, secret, token] = [said('access_key'), said('secret_key'), said('session_token')]
  if (id === '') return { lacks: 'its file has no access_key, so the hosts log in by means of their own' }
  if (config.signature_version2 === true) return { lacks: 'promha cannot sign by version 2' }
  if (said('cert_file', tls) !== '') return { lacks: 'promha does not use the certificates of the hosts' }
  const encryption = said('type', sse)
  if (encryption === 'SSE-C') return { lacks: 'promha does not read the encryption key of the hosts' }
  const secure = config.insecure !== true
  const bucket = said('bucket')
  const [name, port] = splitPort(said('endpoint'), secure ? 443 : 80)
  const region =
    said('region') || (/^s3[.-](?:dualstack\.)?([a-z]{2}-[a-z-]+-\d)\.amazonaws\.com/.exec(name)?.[1] ?? '')
  const host = name === 's3.amazonaws.com' && region !== '' ? `s3.${region}.amazonaws.com` : name
  const inHost = isInHost(said('bucket_lookup_type'), { host, bucket, secure })
  const [caFile, serverName] = [said('ca_file', tls), said('server_name', tls)]
  return {
    ...{ host: inHost ? `${bucket}.${host}` : host, port, base: inHost ? '' : `/${encoded(bucket)}`, bucket },
    ...{ region: region || 'us-east-1', regionIsSaid: said('region') !== '' },
    listVersion: said('list_objects_version') === 'v1' ? '1' : '2',
    keys: { id, secret, ...(token === '' ? {} : { token }) },
    ...(secure && {
      tls: {
        verify: (http as Readonly<Record<string, unknown>>).insecure_skip_verify !== true,
        ...(caFile === '' ? {} : { caFile }),
        ...(serverName === '' ? {} : { serverName }),
      },
    }),
    putHeaders: encryptionHeaders(encryption, said('kms_key_id', sse), inner('kms_encryption_context', sse)),
    prefix: prefix === '' ? '' : `${prefix}/`,
  }
}

/** A path or a query of a request, as its signature has it. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** The client of Thanos puts the bucket into the name of the host for those services only, unless it is told to. */
function isInHost(lookup: string, the: { host: string; bucket: string; secure: boolean }): boolean {
  if (lookup === 'path' || lookup === 'virtual-hosted') return lookup === 'virtual-hosted'
  // No certificate is for names with one dot more.
  if (the.secure && the.bucket.includes('.')) return false
  return /(^|\.)(amazonaws\.com(\.cn)?|storage\.googleapis\.com|aliyuncs\.com)$/.test(the.host)
}

function splitPort(endpoint: string, usual: number): readonly [string, number] {
  const [, host = endpoint, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(endpoint) ?? []
  return [host, port === undefined ? usual : Number(port)]
}

function encryptionHeaders(type: string, key: string, context: object): Record<string, string> {
  const name = 'x-amz-server-side-encryption'
  if (type === 'SSE-S3') return { [name]: 'AES256' }
  if (type !== 'SSE-KMS') return {}
  const json = Buffer.from(JSON.stringify(context)).toString('base64')
  return { [name]: 'aws:kms', [`${name}-aws-kms-key-id`]: key, [`${name}-context`]: json }
}
