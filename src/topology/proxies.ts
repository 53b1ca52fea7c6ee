/** The HAProxies of a cell: one a host, for all that it leads to. */

import type { Cell } from '../inventory/model.ts'
import { type Listener, listenersOf } from './listeners.ts'
import { addressOf, type Hosts } from './members.ts'
import type { CellTopology, Frontend, Member } from './model.ts'

interface Behind {
  readonly replicas: readonly Member[]
  readonly pushgateways: readonly Member[]
  readonly probers: readonly Member[]
}

/** The same frontends, in the same order, on every host that has them. */
export function proxiesOf(cell: Cell, behind: Behind, hosts: Hosts): CellTopology['proxies'] {
  const frontends = listenersOf(cell).map(listener => ({
    at: new Set(listener.hosts),
    frontend: frontendOf(listener, behind),
  }))
  const proxied = [...new Set(frontends.flatMap(({ at }) => [...at]))]
  return proxied.map(host => ({
    host,
    address: addressOf(host, hosts),
    frontends: frontends.filter(({ at }) => at.has(host)).map(({ frontend }) => frontend),
  }))
}

function frontendOf({ name, listen }: Listener, { replicas, pushgateways, probers }: Behind): Frontend {
  const common = { name, listen }
  switch (name) {
    case 'pushgateway':
      return { ...common, balance: 'first', ...led(pushgateways, '/-/ready') }
    case 'blackbox':
      return { ...common, balance: 'first', ...led(probers, '/-/healthy') }
    case 'loadbalancer':
      return { ...common, balance: 'sticky', ...led(replicas, '/-/ready') }
  }
}

function led(members: readonly Member[], path: string): Pick<Frontend, 'servers' | 'checkPath'> {
  return {
    servers: members.map(({ host, address, port }) => ({ host, address, port })),
    checkPath: `${members[0]?.pathPrefix ?? ''}${path}`,
  }
}
