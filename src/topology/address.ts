/** Addresses as Go programs write and understand them. */
import { isWildcard } from '../inventory/endpoint.ts'
import type { Endpoint } from '../inventory/model.ts'

/** Where a program that listens on `listen` answers when asked from its own host. */
export function localEndpoint(listen: Endpoint): Endpoint {
  if (!isWildcard(listen.address)) return listen
  return { address: listen.address === '::' ? '::1' : '127.0.0.1', port: listen.port }
}
