/** Addresses as Go programs write and understand them. */
import type { Endpoint } from '../inventory/model.ts'

/** `HOST:PORT`, an IPv6 address in brackets. */
export function joinHostPort({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** Whether a program that listens there can be reached by all of its host's addresses. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** Whether it is an IP address and no name; what is neither has been refused by the inventory. */
export function isIpAddress(address: string): boolean {
  return address.includes(':') || /^\d+(\.\d+){3}$/.test(address)
}

/** Where a program that listens on `listen` answers when asked from its own host. */
export function localEndpoint(listen: Endpoint): Endpoint {
  if (!isWildcard(listen.address)) return listen
  return { address: listen.address === '::' ? '::1' : '127.0.0.1', port: listen.port }
}
