/** Debian's InRelease: a signed text that says the hashes of a suite's package lists. Pure. */
import { parseStanzas } from './apt-sources.ts'

export interface Clearsigned {
  /** Exactly the bytes that the signature is over. */
  readonly message: string
  readonly signature: string
}

/** Splits a clear-signed text; undefined where it is none, or where anything stands outside the signed part. */
export function splitClearsigned(text: string): Clearsigned | undefined {
  const found =
    /^-----BEGIN PGP SIGNED MESSAGE-----\n(?:Hash: [^\n]*\n)*\n([\s\S]*?)\n(-----BEGIN PGP SIGNATURE-----\n[\s\S]*?\n-----END PGP SIGNATURE-----)\s*$/.exec(
      text.replaceAll('\r\n', '\n'),
    )
  if (!found) return undefined
  const [, body = '', signature = ''] = found
  // Lines that begin with a dash were escaped; white space at the end of a line is not signed.
  const message = body.replace(/^- /gm, '').replace(/[ \t]+$/gm, '')
  return { message, signature: `${signature}\n` }
}

export interface SuiteRelease {
  readonly suite: string
  readonly codename: string
  readonly origin: string
  /** Milliseconds since the epoch; absent where it never expires. */
  readonly validUntil?: number
  readonly byHash: boolean
  /** Path below `dists/SUITE/` → SHA-256 and size in bytes. */
  readonly files: ReadonlyMap<string, { readonly sha256: string; readonly size: number }>
}

export function parseRelease(message: string): SuiteRelease {
  const fields = parseStanzas(message)[0] ?? {}
  const validUntil = Date.parse(fields['valid-until'] ?? '')
  const files = (fields.sha256 ?? '').split('\n').flatMap(line => {
    const found = /^\s*([0-9a-f]{64})\s+(\d+)\s+(\S+)\s*$/.exec(line)
    return found ? [[found[3] ?? '', { sha256: found[1] ?? '', size: Number(found[2]) }] as const] : []
  })
  return {
    suite: fields.suite ?? '',
    codename: fields.codename ?? '',
    origin: fields.origin ?? '',
    ...(Number.isNaN(validUntil) ? {} : { validUntil }),
    byHash: fields['acquire-by-hash'] === 'yes',
    files: new Map(files),
  }
}
