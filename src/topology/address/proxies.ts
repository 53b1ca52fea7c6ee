/** The HAProxies of a cell, one a host for all that it leads to, and whom they hear. */
import { type StoreRead, storeMembers, type Writer } from '../../../roles/storage/store.ts'
import { defined } from '../../diagnostic/defined.ts'
import type { Cell } from '../../inventory/model.ts'
import { addressOf, type Hosts } from '../member/members.ts'
import type { CellTopology, Member, Peered } from '../model.ts'
import { storesOf, writersOf } from '../store/programs.ts'
import type { Frontend } from './frontend.ts'
import { type Listener, listenersOf } from './listeners.ts'

type Behind = Pick<CellTopology, 'replicas' | 'pushgateways' | 'probers' | 'stores' | 'grafanas'>

interface Site {
  readonly cells: readonly Cell[]
  readonly hosts: Hosts
}

/** The same frontends, in the same order, on every host that has them. */
export function proxiesOf(cell: Cell, behind: Behind, { cells, hosts }: Site): CellTopology['proxies'] {
  const frontends = listenersOf(cell, cells).map(listener => ({
    at: new Set(listener.hosts),
    frontend: frontendOf(listener, { ...behind, writers: writersOf(cell, cells) }, { cells, hosts }),
  }))
  const proxied = [...new Set(frontends.flatMap(({ at }) => [...at]))]
  return proxied.map(host => ({
    host,
    address: addressOf(host, hosts),
    frontends: frontends.filter(({ at }) => at.has(host)).map(({ frontend }) => frontend),
  }))
}

function frontendOf(
  { name, listen, read, relay }: Listener,
  behind: Behind & { readonly writers: readonly Writer[] },
  site: Site,
): Frontend {
  const common = { name, listen }
  if (relay) return { ...common, balance: 'turns', ...relayServers(relay, site) }
  if (read) return { ...common, balance: 'sticky', ...storeServers(read, behind, behind.writers) }
  if (name === 'pushgateway') return { ...common, balance: 'first', ...led(behind.pushgateways, '/-/ready') }
  if (name === 'blackbox') return { ...common, balance: 'first', ...led(behind.probers, '/-/healthy') }
  if (name === 'grafana') return { ...common, balance: 'cookie', ...led(behind.grafanas, '/api/health') }
  return { ...common, balance: 'sticky', ...led(behind.replicas, '/-/ready') }
}

function storeServers(read: StoreRead, behind: Behind, writers: readonly Writer[]) {
  const { to, readyPath, preferred, headers, paths } = read
  return {
    component: to,
    paths,
    ...led(storeMembers(to)(behind), readyPath),
    ...defined({ preferred: preferred?.(writers), headers: headers?.(writers) }),
  }
}

/** The store may be that of another cell. */
function relayServers({ owner, component, readyPath }: NonNullable<Listener['relay']>, site: Site) {
  const stores = site.cells.filter(({ name }) => name === owner).flatMap(cell => storesOf(cell, site))
  return { component, ...led(storeMembers(component)({ stores }), readyPath) }
}

function led(members: readonly Member[], path: string): Pick<Frontend, 'servers' | 'checkPath'> {
  return {
    servers: members.map(({ host, address, port }) => ({ host, address, port })),
    checkPath: `${members[0]?.pathPrefix ?? ''}${path}`,
  }
}

/** Whom keepalived and HAProxy of each host hear: the other members and no one else, whatever the firewall says. */
export function peeredOf({
  movingAddresses,
  proxies,
}: Pick<CellTopology, 'movingAddresses' | 'proxies'>): readonly Peered[] {
  const groups = movingAddresses.map(({ members }) => members)
  const hosts = new Set([...groups.flat(), ...proxies].map(({ host }) => host))
  return [...hosts].map(host => ({
    host,
    ...heard('keepalived', host, groups),
    ...heard('haproxy', host, [proxies]),
  }))
}

type At = Pick<CellTopology['proxies'][number], 'host' | 'address'>

/** The others of all groups that the host is in, each once and sorted; nothing if it is in none. */
function heard(program: 'keepalived' | 'haproxy', host: string, groups: readonly (readonly At[])[]) {
  const own = groups.filter(group => group.some(member => member.host === host))
  if (own.length === 0) return {}
  const others = own.flat().filter(member => member.host !== host)
  return { [program]: [...new Set(others.map(({ address }) => address))].sort() }
}
