/** Programs of one kind, each on its host. */
import { pathPrefix } from '../../inventory/cell/served-path.ts'
import { listensOn, wordsOn } from '../../inventory/cell/words-on.ts'
import type { CommonSettings, Component, Host } from '../../inventory/model.ts'
import { localEndpoint } from '../address/service-endpoint.ts'
import type { CellTopology, Member, Topology } from '../model.ts'

export type Hosts = ReadonlyMap<string, Host>

/** The component's program on one of its hosts. */
export function memberOf(name: string, settings: CommonSettings, hosts: Hosts): Member {
  const { listen, flags } = wordsOn(settings, name)
  const ports = new Set(listensOn(settings, name).map(({ port }) => port))
  ports.delete(listen.port)
  const prefix = pathPrefix(flags)
  return {
    host: name,
    address: addressOf(name, hosts),
    port: listen.port,
    ...(ports.size > 0 ? { otherPorts: [...ports] } : {}),
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

/** The cell of that name; undefined for what belongs to none that is left. */
export function cellNamed({ cells }: Topology, name: string): CellTopology | undefined {
  return cells.find(cell => cell.name === name)
}

/** What runs as `replicas` and as `peers` of a cell. */
export const replicaComponent: Component = 'prometheus'
export const peerComponent: Component = 'alertmanager'

/** All programs of a cell that have an address: a host stands there once for each of its programs. */
export function addressedIn(
  cell: CellTopology,
): readonly { readonly host: string; readonly address: string }[] {
  const { replicas, peers, pushgateways, probers, stores, grafanas, proxies } = cell
  const stored = stores.flatMap(({ members }) => members)
  const others = [...pushgateways, ...probers, ...stored, ...grafanas]
  return [...replicas, ...peers, ...exporterMembers(cell), ...others, ...proxies]
}
