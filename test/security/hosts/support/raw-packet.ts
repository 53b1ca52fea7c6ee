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

export interface Forged6 {
  /** By the address by which this machine reaches the hosts. */
  readonly to: readonly string[]
  readonly hops: number
  readonly protocol: number
  readonly payload: Buffer
  /** Where in the payload the kernel writes the checksum. */
  readonly checksumAt: number
}

const sender6 = `
use strict; use Socket;
my ($device, $rounds, $protocol, $hops, $checksum, $hex, @to) = @ARGV;
socket(my $raw, AF_INET6, SOCK_RAW, $protocol) or die "socket: $!";
setsockopt($raw, SOL_SOCKET, 25, "$device\\0") or die "device: $!";
setsockopt($raw, 41, 16, pack('i', $hops)) or die "hops: $!";
setsockopt($raw, 41, 7, pack('i', $checksum)) or die "checksum: $!";
for (1 .. $rounds) {
  for (@to) {
    send($raw, pack('H*', $hex), 0, pack_sockaddr_in6(0, Socket::inet_pton(AF_INET6, $_))) or die "send: $!";
  }
  select undef, undef, undef, 0.5;
}`

/** The same by IPv6: IPV6_UNICAST_HOPS, and IPV6_CHECKSUM for the checksum. */
export async function sendRaw6(device: string, rounds: number, forged: Forged6): Promise<void> {
  const { to, hops, protocol, payload, checksumAt } = forged
  const words = [rounds, protocol, hops, checksumAt].map(String)
  await execa('perl', ['-e', sender6, device, ...words, payload.toString('hex'), ...to])
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
