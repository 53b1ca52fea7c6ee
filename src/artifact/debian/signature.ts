/** Whether one of the given keys signed a text: asked of gpgv or, where that is missing, of sqv. */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readNamedFile } from '../../trust/plain-file.ts'
import { writeNew } from '../../trust/replace-file.ts'
import { signatureFiles } from '../cache.ts'
import { run } from '../process.ts'
import type { Clearsigned } from './in-release.ts'

export type Verdict =
  | { readonly kind: 'good' }
  /** Neither program is installed. */
  | { readonly kind: 'no-program' }
  | { readonly kind: 'no-keys' }
  | { readonly kind: 'bad'; readonly detail: string }

/** `keys`: keyring files, binary or armoured, or armoured key blocks themselves. `directory`: for temporary files. */
export async function verifySignature(
  signed: Clearsigned,
  keys: readonly string[],
  directory: string,
): Promise<Verdict> {
  const keyring = Buffer.concat(await Promise.all(keys.map(readKey)))
  if (keyring.length === 0) return { kind: 'no-keys' }
  const place = await mkdtemp(join(directory, 'signature-'))
  try {
    const [ring, signature, message] = signatureFiles.map(name => join(place, name))
    if (!ring || !signature || !message) throw new Error('unreachable')
    await writeNew(ring, keyring)
    await writeNew(signature, signed.signature)
    await writeNew(message, signed.message)
    return (
      (await byGpgv(ring, signature, message)) ??
      (await bySqv(ring, signature, message)) ?? { kind: 'no-program' }
    )
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

async function byGpgv(ring: string, signature: string, message: string): Promise<Verdict | undefined> {
  const result = await run('gpgv', ['--status-fd', '1', '--keyring', ring, signature, message])
  if (result.missing) return undefined
  // Debian signs with several keys, of which an older keyring knows only some: one good signature is enough, and
  // the exit code is of no use. An expired or revoked key gives no GOODSIG.
  const good = /^\[GNUPG:\] GOODSIG /m.test(result.stdout) && !/^\[GNUPG:\] BADSIG /m.test(result.stdout)
  return good ? { kind: 'good' } : { kind: 'bad', detail: result.stderr }
}

async function bySqv(ring: string, signature: string, message: string): Promise<Verdict | undefined> {
  const result = await run('sqv', ['--keyring', ring, signature, message])
  if (result.missing) return undefined
  return result.exitCode === 0 ? { kind: 'good' } : { kind: 'bad', detail: result.stderr }
}

async function readKey(key: string): Promise<Buffer> {
  if (key.includes('-----BEGIN')) return dearmor(key)
  const content = await readNamedFile(key).catch(() => Buffer.alloc(0))
  return content.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----')
    ? dearmor(content.toString('latin1'))
    : content
}

/** The binary keys of all armoured blocks in a text; gpgv reads nothing else. */
function dearmor(text: string): Buffer {
  const block = /-----BEGIN PGP PUBLIC KEY BLOCK-----([\s\S]*?)-----END PGP PUBLIC KEY BLOCK-----/g
  return Buffer.concat(
    [...text.matchAll(block)].map(([, content = '']) => {
      const body = content
        .split('\n')
        .map(line => line.trim())
        .filter(line => line !== '' && !line.includes(':') && !line.startsWith('='))
      return Buffer.from(body.join(''), 'base64')
    }),
  )
}
