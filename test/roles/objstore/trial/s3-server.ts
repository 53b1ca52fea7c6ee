/** A stand-in for an S3 server, which checks each signature by itself. */
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface S3Options {
  readonly region?: string
  readonly buckets?: readonly string[]
  /** Operations that the key may not do: `PUT`, `LIST`, `GET`, `DELETE`. */
  readonly deny?: readonly string[]
  /** What it does wrong. */
  readonly fault?:
    | 'hang'
    | 'flood'
    | 'no http'
    | 'stale list'
    | 'stale get'
    | 'skew'
    | 'broken'
    | 'no delete'
    | 'long head'
  /** An address of this machine. */
  readonly address?: string
  readonly tls?: { readonly key: string; readonly cert: string }
}

export interface S3Server {
  readonly port: number
  /** What it was asked, in order: `PUT`, `LIST`, … */
  readonly asked: string[]
  readonly objects: Map<string, string>
  /** Headers of the last PUT. */
  readonly heads: IncomingMessage['headers'][]
  close(): Promise<void>
}

export const id = 'AKIATRIAL'
export const secret = 'hush/hush+hush'

export async function startS3({
  region = 'us-east-1',
  buckets = ['b'],
  deny = [],
  fault,
  address = '127.0.0.1',
  tls,
}: S3Options = {}): Promise<S3Server> {
  const objects = new Map<string, string>()
  const asked: string[] = []
  const heads: IncomingMessage['headers'][] = []
  const listener = (request: IncomingMessage, response: import('node:http').ServerResponse) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const [path = '', query = ''] = (request.url ?? '').split('?')
      const [, bucket = '', ...rest] = path.split('/')
      const key = decodeURIComponent(rest.join('/'))
      const operation = request.method === 'GET' && key === '' ? 'LIST' : (request.method ?? '')
      asked.push(operation)
      const answer = (status: number, text = '') => response.writeHead(status).end(text)
      const refuse = (status: number, code: string, more = '') =>
        answer(status, `<Error><Code>${code}</Code>${more}</Error>`)
      if (fault === 'hang') return
      if (fault === 'flood') return void answer(200, 'x'.repeat(1024 * 1024))
      if (fault === 'long head') return void response.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end()
      if (fault === 'skew') return void refuse(403, 'RequestTimeTooSkewed')
      if (fault === 'broken') return void refuse(503, 'SlowDown')
      const wrong = signatureFault(request, body, region)
      if (wrong) return void refuse(...wrong)
      if (!buckets.includes(bucket)) return void refuse(404, 'NoSuchBucket')
      if (deny.includes(operation)) return void refuse(403, 'AccessDenied')
      if (operation === 'PUT') {
        heads.push(request.headers)
        if (!(fault === 'stale get' && objects.has(key))) objects.set(key, body)
        return void answer(200)
      }
      if (operation === 'LIST') {
        const prefix = new URLSearchParams(query).get('prefix') ?? ''
        const found = fault === 'stale list' ? [] : [...objects.keys()].filter(one => one.startsWith(prefix))
        return void answer(200, `<L>${found.map(one => `<Key>${one}</Key>`).join('')}</L>`)
      }
      if (operation === 'DELETE') {
        if (fault === 'no delete') return void refuse(500, 'InternalError')
        objects.delete(key)
        return void answer(204)
      }
      const object = objects.get(key)
      return void (object === undefined ? refuse(404, 'NoSuchKey') : answer(200, object))
    })
  }
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener)
  if (fault === 'no http') {
    server.removeAllListeners('connection')
    server.on('connection', socket => {
      socket.resume()
      socket.on('error', () => {})
      socket.end('SSH-2.0-nothing\r\n')
    })
  }
  await new Promise<void>(resolve => server.listen(0, address, resolve))
  const close = () =>
    new Promise<void>(resolve => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return { port: (server.address() as AddressInfo).port, asked, objects, heads, close }
}

/** AWS' signature, version 4, written out from its documentation. */
function signatureFault(
  request: IncomingMessage,
  body: string,
  region: string,
): readonly [number, string, string?] | undefined {
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    )
  if (!found) return [403, 'AccessDenied']
  const [, user, day = '', scope = '', names = '', given] = found
  if (scope !== region) return [400, 'AuthorizationHeaderMalformed', `<Region>${region}</Region>`]
  if (user !== id) return [403, 'InvalidAccessKeyId']
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  if (request.headers['x-amz-content-sha256'] !== hash(body)) return [400, 'XAmzContentSHA256Mismatch']
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const canonical = [
    ...[request.method, path, query.split('&').toSorted().join('&')],
    ...names.split(';').map(name => `${name}:${String(request.headers[name]).trim()}`),
    ...['', names, hash(body)],
  ].join('\n')
  const time = String(request.headers['x-amz-date'])
  const text = ['AWS4-HMAC-SHA256', time, `${day}/${scope}/s3/aws4_request`, hash(canonical)].join('\n')
  const sign = (key: string | Buffer, said: string) => createHmac('sha256', key).update(said).digest()
  const key = [day, scope, 's3', 'aws4_request'].reduce<string | Buffer>(sign, `AWS4${secret}`)
  return sign(key, text).toString('hex') === given ? undefined : [403, 'SignatureDoesNotMatch']
}
