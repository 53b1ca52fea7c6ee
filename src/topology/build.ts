/** Inventory in, facts out. */
import { defined } from '../diagnostic/defined.ts'
import type { Inventory } from '../inventory/model.ts'
import type { Advertised } from './address/advertise.ts'
import { routerIds } from './address/moving.ts'
import { cellTopology } from './cell.ts'
import { oncePerHost } from './firewall-rules.ts'
import type { Topology } from './model.ts'

/** Who is what to whom in every cell that `check.ts` has accepted. `advertised`: by host, see `advertisedOf`. */
export function buildTopology(inventory: Inventory, advertised?: ReadonlyMap<string, Advertised>): Topology {
  const hosts = new Map(inventory.hosts.map(host => [host.name, host]))
  const { cells } = inventory
  const site = { hosts, cells, routerIds: routerIds(cells), ...defined({ advertised }) }
  return { cells: oncePerHost(cells.map(cell => cellTopology(cell, site))) }
}
