/** Why a request to an S3 server failed, in a word that a message explains. */
import { visible } from '../../../src/diagnostic/visible.ts'
import { ForwardError } from '../../../src/ssh/connection.ts'
import { type S3Answer, S3LineError } from './request.ts'
import { isTlsFailure, tlsFailure } from './tls.ts'

export type S3Cause =
  | {
      readonly is: 'denied' | 'no bucket' | 'unknown key' | 'wrong secret' | 'expired' | 'clock' | 'not there'
    }
  | { readonly is: 'other region'; readonly region: string | undefined }
  | { readonly is: 'answer'; readonly said: string }
  | { readonly is: 'no forwarding' | 'host not found' | 'refused' | 'tls' | 'line'; readonly said: string }

/** By the codes of S3, which its clones have taken over. */
const codes: Readonly<
  Record<string, 'denied' | 'no bucket' | 'unknown key' | 'wrong secret' | 'expired' | 'clock' | 'not there'>
> = {
  NoSuchBucket: 'no bucket',
  InvalidAccessKeyId: 'unknown key',
  InvalidAccessKey: 'unknown key',
  SignatureDoesNotMatch: 'wrong secret',
  InvalidToken: 'expired',
  ExpiredToken: 'expired',
  RequestTimeTooSkewed: 'clock',
  AccessDenied: 'denied',
  AllAccessDisabled: 'denied',
  NoSuchKey: 'not there',
}

/** Undefined if it went well. */
export function causeOfAnswer({ status, body, region }: S3Answer): S3Cause | undefined {
  if (status >= 200 && status < 300) return undefined
  const code = /<Code>([A-Za-z]{1,64})<\/Code>/.exec(body)?.[1]
  const known = code === undefined ? undefined : codes[code]
  if (known !== undefined) return { is: known }
  if (
    code === 'AuthorizationHeaderMalformed' ||
    code === 'PermanentRedirect' ||
    status === 301 ||
    status === 307
  ) {
    const named = region ?? /<Region>([^<]{1,64})<\/Region>/.exec(body)?.[1]
    return { is: 'other region', region: named && /^[a-z0-9-]{1,64}$/.test(named) ? named : undefined }
  }
  if (code === undefined && /HTTPS? request to an HTTPS/i.test(body))
    return { is: 'tls', said: 'the server speaks HTTPS, and the objstore says "insecure: true"' }
  if (status === 403) return { is: 'denied' }
  if (status === 404) return { is: 'not there' }
  return { is: 'answer', said: `HTTP ${status}${code === undefined ? '' : ` ${code}`}` }
}

/** Of what a request rejected with. */
export function causeOfFailure(failure: unknown): S3Cause {
  const { message, code = '' } = failure as Error & { readonly code?: string }
  const said = visible(message).slice(0, 300)
  if (failure instanceof ForwardError) {
    if (failure.reason === 'forbidden') return { is: 'no forwarding', said }
    // By the words of getaddrinfo, which sshd passes on.
    if (/not known|name resolution|no address associated|unknown host/i.test(message))
      return { is: 'host not found', said }
    return { is: failure.reason === 'refused' && /refused/i.test(message) ? 'refused' : 'line', said }
  }
  if (failure instanceof S3LineError) return { is: 'line', said }
  if (isTlsFailure(code)) return { is: 'tls', said: tlsFailure(code, said) }
  return { is: 'line', said: code.startsWith('HPE_') ? 'it does not answer in HTTP' : said }
}
