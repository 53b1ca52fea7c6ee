/** Forged packets, as a neighbour on the segment sends them: by a raw socket of this machine, which is none of the cell's hosts. */
import { isIPv4 } from 'node:net'
import { execa } from 'execa'

export interface Forged {
  /** A sender that this machine is not; by default the address by which it reaches the host. */
  readonly from?: string
  readonly to: string
  readonly ttl: number
  readonly protocol: number
  readonly payload: Buffer
}

/** With the whole IP header (IP_HDRINCL), by one interface (SO_BINDTODEVICE). The kernel fills in the checksum. */
const sender = `
use strict; use Socket;
socket(my $raw, AF_INET, SOCK_RAW, 255) or die "socket: $!";
setsockopt($raw, 0, 3, 1) or die "setsockopt: $!";
my ($device, $rounds, @packets) = @ARGV;
setsockopt($raw, SOL_SOCKET, 25, "$device\\0") or die "device: $!";
for (1 .. $rounds) {
  for (@packets) {
    my ($to, $hex) = split /=/;
    send($raw, pack('H*', $hex), 0, pack_sockaddr_in(0, inet_aton($to))) or die "send: $!";
  }
  select undef, undef, undef, 0.5;
}`

/** Sends all of them by the interface, every half second, so many times; ends with the last round. */
export async function sendRaw(device: string, rounds: number, packets: readonly Forged[]): Promise<void> {
  const words = packets.map(packet => `${packet.to}=${whole(packet).toString('hex')}`)
  await execa('perl', ['-e', sender, device, String(rounds), ...words])
}

function whole({ from = '0.0.0.0', to, ttl, protocol, payload }: Forged): Buffer {
  const header = Buffer.alloc(20)
  header.writeUInt8(0x45, 0)
  header.writeUInt16BE(20 + payload.length, 2)
  header.writeUInt8(ttl, 8)
  header.writeUInt8(protocol, 9)
  bytesOf(from).copy(header, 12)
  bytesOf(to).copy(header, 16)
  return Buffer.concat([header, payload])
}

export function bytesOf(address: string): Buffer {
  if (!isIPv4(address)) throw new RangeError(`${address} is not an IPv4 address`)
  return Buffer.from(address.split('.').map(Number))
}

/** The checksum of the internet: the ones' complement of the ones' complement sum of all 16-bit words. */
export function checksum(data: Buffer): number {
  let sum = 0
  for (let at = 0; at < data.length; at += 2) sum += data.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
