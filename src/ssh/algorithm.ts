/** Which algorithms are offered, the fastest that the server may have first. */
import type { CipherAlgorithm, ServerHostKeyAlgorithm } from 'ssh2'

/** AES-GCM costs a fraction of the others; the rest is for servers that were told to leave it out. */
export const ciphers: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'chacha20-poly1305@openssh.com',
]

/** Without `ssh-rsa`, whose signatures are SHA-1. */
const hostKeys: ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/**
 * The host-key algorithms with those first that known_hosts has a key for: a server that holds several
 * keys then shows the one that is known, and is not taken for an impostor.
 * @param known types of key as known_hosts names them
 */
export function hostKeyOrder(known: readonly string[]): ServerHostKeyAlgorithm[] {
  const first = hostKeys.filter(name => known.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name))
  return [...first, ...hostKeys.filter(name => !first.includes(name))]
}
