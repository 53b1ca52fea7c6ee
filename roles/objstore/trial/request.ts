/** One signed request to an S3 server, over a stream that a host opened. */
import { createHash } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import type { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import aws4 from 'aws4'
import { largestHead } from '../../../src/shell/syntax/bounds.ts'
import { asSocket } from '../../../src/verify/ask/http.ts'
import type { S3Access } from './access.ts'

/** Milliseconds for one request. */
const usualTime = 10_000
/** Bytes of an answer. What is put has a hundred, and a list is asked for a few names. */
const largest = 64 * 1024

export interface S3Request {
  readonly method: 'PUT' | 'GET' | 'DELETE'
  /** Behind the bucket, encoded, its query included. */
  readonly path: string
  readonly body?: string
}

export interface S3Answer {
  readonly status: number
  readonly body: string
  readonly region: string | undefined
}

/** What the connection needs besides: who opens streams, and whom TLS trusts. */
export interface S3Line {
  readonly open: () => Promise<Duplex>
  /** Certificates in PEM; absent: those that Node knows. */
  readonly ca?: string
  readonly timeout?: number
}

/** The server did not answer in time, with too much, or not in HTTP. */
export class S3LineError extends Error {}

/** Rejects with an S3LineError, with what TLS says, or with what opening the stream rejected with. */
export function s3Request(access: S3Access, asked: S3Request, line: S3Line): Promise<S3Answer> {
  const { timeout = usualTime } = line
  return new Promise((resolve, reject) => {
    let stream: Duplex | undefined
    let hasFailed = false
    const fail = (cause: Error) => {
      hasFailed = true
      clearTimeout(timer)
      stream?.destroy()
      reject(cause)
    }
    const timer = setTimeout(() => fail(new S3LineError(`no answer within ${timeout / 1000} s`)), timeout)
    line
      .open()
      .then(opened => {
        opened.on('error', fail)
        stream = opened
        // It came too late.
        if (hasFailed) {
          opened.destroy()
          throw new S3LineError('it was given up')
        }
        return access.tls ? secured(opened, access.tls, access.host, line.ca) : asSocket(opened)
      })
      .then(socket => {
        stream = socket
        socket.on('error', fail)
        // Without an agent, which would connect by itself.
        const outgoing = request({
          ...signed(access, asked),
          createConnection: () => socket as never,
          maxHeaderSize: largestHead,
        })
        outgoing.on('error', fail)
        outgoing.on('response', response => {
          bodyOf(response).then(body => {
            clearTimeout(timer)
            socket.destroy()
            const region = response.headers['x-amz-bucket-region']
            resolve({ status: response.statusCode ?? 0, body, region: region as string | undefined })
          }, fail)
        })
        outgoing.end(asked.body)
      })
      .catch(fail)
  })
}

function signed(access: S3Access, { method, path, body = '' }: S3Request) {
  const { host, port, base, region, keys, tls, putHeaders } = access
  const isUsual = port === (tls ? 443 : 80)
  const digest = (kind: 'sha256' | 'md5') => createHash(kind).update(body)
  const headers: Record<string, string> = {
    host: isUsual ? host : `${host}:${port}`,
    'x-amz-content-sha256': digest('sha256').digest('hex'),
    ...(method === 'PUT' && {
      'content-length': String(Buffer.byteLength(body)),
      // Buckets with locks insist on it.
      'content-md5': digest('md5').digest('base64'),
      ...putHeaders,
    }),
  }
  const credentials = {
    ...{ accessKeyId: keys.id, secretAccessKey: keys.secret },
    ...(keys.token === undefined ? {} : { sessionToken: keys.token }),
  }
  return aws4.sign(
    { service: 's3', region, method, path: `${base}${path}`, headers, body },
    credentials,
  ) as object
}

function secured(
  stream: Duplex,
  { verify, serverName }: NonNullable<S3Access['tls']>,
  host: string,
  ca: string | undefined,
): Promise<Duplex> {
  const bare = host.replace(/^\[|\]$/g, '')
  const isAddress = /^[\d.]+$|:/.test(bare)
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...{ socket: stream, host: serverName ?? bare, rejectUnauthorized: verify },
      ...(serverName !== undefined || !isAddress ? { servername: serverName ?? bare } : {}),
      ...(ca === undefined ? {} : { ca }),
    })
    socket.once('secureConnect', () => resolve(socket))
    socket.once('error', reject)
  })
}

function bodyOf(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > largest) reject(new S3LineError(`it answered with more than ${largest / 1024} KiB`))
    })
    response.on('error', reject)
    response.on('end', () => resolve(Buffer.concat(chunks).toString()))
  })
}
