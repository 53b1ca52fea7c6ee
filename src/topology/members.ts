/** Programs of one kind, each on its host. */
import type { Endpoint, Host } from '../inventory/model.ts'
import { localEndpoint } from './address.ts'
import type { Member } from './model.ts'

export type Hosts = ReadonlyMap<string, Host>

/** @param prefix what stands before every path that it serves, or nothing */
export function memberOf(name: string, listen: Endpoint, prefix: string, hosts: Hosts): Member {
  return {
    host: name,
    address: addressOf(name, hosts),
    port: listen.port,
    local: localEndpoint(listen),
    ...(prefix === '' ? {} : { pathPrefix: prefix }),
  }
}

/** What others reach the host by. */
export function addressOf(name: string, hosts: Hosts): string {
  const host = hosts.get(name)
  if (!host) throw new RangeError(`the inventory names no host ${name}`)
  return host.address
}
