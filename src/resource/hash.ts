import { createHash } from 'node:crypto'
import type { Stored } from './model.ts'

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** One hash over several parts whose borders count. */
export function fingerprint(parts: readonly string[]): string {
  return sha256(JSON.stringify(parts))
}

/** SHA-256 of a file's content, wherever it is. */
export function contentHash(content: string | Uint8Array | Stored): string {
  return isStored(content) ? content.stored : sha256(content)
}

export function isStored(content: string | Uint8Array | Stored): content is Stored {
  return typeof content === 'object' && 'stored' in content
}
