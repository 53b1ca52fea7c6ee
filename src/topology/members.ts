/** Programs of one kind, each on its host. */
import type { CommonSettings, Component, Host } from '../inventory/model.ts'
import { pathPrefix } from '../inventory/served-path.ts'
import { wordsOn } from '../inventory/words-on.ts'
import { localEndpoint } from './address.ts'
import type { CellTopology, Member } from './model.ts'

export type Hosts = ReadonlyMap<string, Host>

/** The component's program on one of its hosts. */
export function memberOf(name: string, settings: CommonSettings, hosts: Hosts): Member {
  const { listen, flags } = wordsOn(settings, name)
  const prefix = pathPrefix(flags)
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

/** The exporters of a cell, whatever they are. */
export function exporterMembers({ exporters }: Pick<CellTopology, 'exporters'>): readonly Member[] {
  return exporters.flatMap(({ members }) => members)
}

/** What runs as `replicas` and as `peers` of a cell. */
export const replicaComponent: Component = 'prometheus'
export const peerComponent: Component = 'alertmanager'

/** All programs of a cell that have an address: a host stands there once for each of its programs. */
export function addressedIn(
  cell: CellTopology,
): readonly { readonly host: string; readonly address: string }[] {
  const { replicas, peers, pushgateways, probers, proxies } = cell
  return [...replicas, ...peers, ...exporterMembers(cell), ...pushgateways, ...probers, ...proxies]
}
