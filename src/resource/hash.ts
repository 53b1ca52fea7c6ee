import { createHash } from 'node:crypto'

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** One hash over several parts whose borders count. */
export function fingerprint(parts: readonly string[]): string {
  return sha256(JSON.stringify(parts))
}
