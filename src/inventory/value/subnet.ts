/** Subnets, to check that an address that moves is in the subnet of its hosts. */
import ipaddr from 'ipaddr.js'
import { isIp } from './names.ts'

export interface Subnet {
  /** An IP address of the subnet, in its shortest spelling. */
  readonly address: string
  /** Length of the prefix. */
  readonly prefix: number
}

/** `ADDRESS/PREFIX`; undefined for anything else. */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? []
  if (!isIp(address)) return undefined
  const parsed = ipaddr.process(address)
  const prefix = Number(digits)
  if (prefix < 1 || prefix > (parsed.kind() === 'ipv4' ? 32 : 128)) return undefined
  return { address: parsed.toString(), prefix }
}

/** Whether an IP address is in the subnet. An address of the other family never is. */
export function isWithin(address: string, subnet: Subnet): boolean {
  const [one, other] = [ipaddr.process(address), ipaddr.process(subnet.address)]
  return one.kind() === other.kind() && one.match(other, subnet.prefix)
}

/** Whether one of the two contains the other. */
export function overlap(one: Subnet, other: Subnet): boolean {
  return isWithin(one.address, { ...other, prefix: Math.min(one.prefix, other.prefix) })
}

/** Why no host of the subnet can have the address, or undefined. */
export function subnetFault({ address, prefix }: Subnet): string | undefined {
  if (!address.includes('.') || prefix > 30) return undefined
  const cidr = `${address}/${prefix}`
  if (ipaddr.IPv4.networkAddressFromCIDR(cidr).toString() === address)
    return 'is the address of the subnet itself'
  if (ipaddr.IPv4.broadcastAddressFromCIDR(cidr).toString() === address)
    return "is the subnet's broadcast address"
  return undefined
}
