/** Inventory in, facts out. */
import type { Inventory } from '../inventory/model.ts'
import type { Advertised } from './advertise.ts'
import { cellTopology } from './cell.ts'
import { oncePerHost } from './guarded.ts'
import type { Topology } from './model.ts'
import { routerIds } from './moving.ts'

/**
 * Who is what to whom in every cell. What cannot be highly available (a host that would run a component twice, labels
 * and jobs that promha generates itself) the rules of `check.ts` have refused already, with its place in the file.
 * @param advertised host → what was found of it, see `advertisedOf`
 */
export function buildTopology(inventory: Inventory, advertised?: ReadonlyMap<string, Advertised>): Topology {
  const hosts = new Map(inventory.hosts.map(host => [host.name, host]))
  const site = {
    hosts,
    cells: inventory.cells,
    routerIds: routerIds(inventory.cells),
    ...(advertised ? { advertised } : {}),
  }
  return { cells: oncePerHost(inventory.cells.map(cell => cellTopology(cell, site))) }
}
