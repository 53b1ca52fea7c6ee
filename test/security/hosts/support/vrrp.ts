/** VRRP advertisements of the highest priority, of both versions that keepalived speaks. */
import { bytesOf, checksum } from './raw-packet.ts'

export interface Advertisement {
  readonly version: 2 | 3
  readonly router: number
  /** The address that it claims to have. */
  readonly address: string
  /** Sender and receiver: version 3 sums them up with the rest. */
  readonly from: string
  readonly to: string
}

export const vrrp = 112

export function advertisement({ version, router, address, from, to }: Advertisement): Buffer {
  // Priority 255: whoever has the address by right. One address, once a second.
  const interval = version === 2 ? [0, 1] : [0, 100]
  const head = Buffer.from([(version << 4) | 1, router, 255, 1, ...interval, 0, 0])
  // Version 2 ends with a password of eight bytes, which nobody looks at.
  const packet = Buffer.concat([head, bytesOf(address), Buffer.alloc(version === 2 ? 8 : 0)])
  const pseudo = Buffer.concat([bytesOf(from), bytesOf(to), Buffer.from([0, vrrp, 0, packet.length])])
  packet.writeUInt16BE(checksum(version === 2 ? packet : Buffer.concat([pseudo, packet])), 6)
  return packet
}

/** By IPv6, which has version 3 only; without its checksum, which the kernel writes. `address`: its eight numbers. */
export function advertisement6(of: { readonly router: number; readonly address: readonly number[] }): Buffer {
  const address = Buffer.alloc(16)
  for (const [index, number] of of.address.entries()) address.writeUInt16BE(number, 2 * index)
  return Buffer.concat([Buffer.from([0x31, of.router, 255, 1, 0, 100, 0, 0]), address])
}
