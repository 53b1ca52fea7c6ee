/** Which algorithms are offered, the fastest that the server may have first. */
import type { CipherAlgorithm, ServerHostKeyAlgorithm } from 'ssh2'

/** AES-GCM costs a fraction of the others, which are for servers that were told to leave it out. */
const gcm: CipherAlgorithm[] = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com']
const ctr: CipherAlgorithm[] = ['aes128-ctr', 'aes192-ctr', 'aes256-ctr']
export const ciphers: CipherAlgorithm[] = [...gcm, ...ctr, 'chacha20-poly1305@openssh.com']

/** Without `ssh-rsa`, whose signatures are SHA-1. */
const ecdsa = ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'] as const
const hostKeys: ServerHostKeyAlgorithm[] = ['ssh-ed25519', ...ecdsa, 'rsa-sha2-512', 'rsa-sha2-256']

/** With those of `known` (of known_hosts) first: a server with several keys shows a known one and is no impostor. */
export function hostKeyOrder(known: readonly string[]): ServerHostKeyAlgorithm[] {
  const first = hostKeys.filter(name => known.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name))
  return [...first, ...hostKeys.filter(name => !first.includes(name))]
}
