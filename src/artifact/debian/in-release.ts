/** Debian's InRelease: a signed text that says the hashes of a suite's package lists. Pure. */
import { parseStanzas } from './apt-sources.ts'

export interface Clearsigned {
  /** Exactly the bytes that the signature is over. */
  readonly message: string
  readonly signature: string
}

const header = '-----BEGIN PGP SIGNED MESSAGE-----\n'
const signatureBegins = '\n-----BEGIN PGP SIGNATURE-----\n'
const signatureEnds = '\n-----END PGP SIGNATURE-----'

/**
 * Splits a clear-signed text; undefined if it is not one, or if there is anything outside the signed part. It searches
 * for fixed strings only: the text comes from a mirror, and its length must not cost more than linear time.
 */
export function splitClearsigned(text: string): Clearsigned | undefined {
  const whole = text.replaceAll('\r\n', '\n')
  if (!whole.startsWith(header)) return undefined
  let begins = header.length
  while (whole.startsWith('Hash: ', begins)) begins = whole.indexOf('\n', begins) + 1 || whole.length
  const signature = whole.indexOf(signatureBegins, begins)
  const ends = whole.indexOf(signatureEnds, signature + 1)
  if (whole[begins] !== '\n' || signature <= begins || ends < 0) return undefined
  const after = ends + signatureEnds.length
  if (whole.slice(after).trim() !== '') return undefined
  return {
    message: whole
      .slice(begins + 1, signature)
      .split('\n')
      .map(unescaped)
      .join('\n'),
    signature: `${whole.slice(signature + 1, after)}\n`,
  }
}

/** Lines that begin with a dash were escaped; spaces and tabs at the end of a line are not signed. */
function unescaped(line: string): string {
  let end = line.length
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1
  return line.slice(line.startsWith('- ') ? 2 : 0, end)
}

export interface SuiteRelease {
  readonly suite: string
  readonly codename: string
  readonly origin: string
  readonly label: string
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
    label: fields.label ?? '',
    ...(Number.isNaN(validUntil) ? {} : { validUntil }),
    byHash: fields['acquire-by-hash'] === 'yes',
    files: new Map(files),
  }
}

/**
 * Why a suite of that name is not of Debian's archive, as it says itself: a vendor may have a suite `stable` too. The
 * answer follows the suite's address in a sentence; undefined if it is Debian's.
 */
export function notDebians({ origin, label }: SuiteRelease, suite: string): string | undefined {
  const expected = labelOf(suite)
  if (origin === 'Debian' && label === expected) return undefined
  return `has the origin ${JSON.stringify(origin)} and the label ${JSON.stringify(label)}, not "Debian" and ${JSON.stringify(expected)}`
}

function labelOf(suite: string): string {
  if (/(-security|\/updates)$/.test(suite)) return 'Debian-Security'
  return /-backports(-sloppy)?$/.test(suite) ? 'Debian Backports' : 'Debian'
}
