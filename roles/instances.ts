/** Topology in, desired state out: what each host is to have, by component. */
import { originOf } from '../src/inventory/artifact/origin.ts'
import type { Component, Inventory } from '../src/inventory/model.ts'
import type { Instance } from '../src/resource/model.ts'
import type { Exporters, Topology } from '../src/topology/model.ts'
import { checkAddresses } from './addresses.ts'
import { alertmanagerInstances } from './alertmanager/role.ts'
import { blackboxInstances } from './blackbox_exporter/role.ts'
import type { Role } from './component.ts'
import { exporterName } from './exporters/definition.ts'
import { catalogueInstances } from './exporters/role.ts'
import { firewallInstances } from './firewall/role.ts'
import { grafanaInstances } from './grafana/role.ts'
import { haproxyInstances } from './haproxy/role.ts'
import { exporterFormOf } from './index.ts'
import { keepalivedInstances } from './keepalived/role.ts'
import { nodeExporterInstances } from './node_exporter/role.ts'
import { prometheusInstances } from './prometheus/role.ts'
import { pushgatewayInstances } from './pushgateway/role.ts'
import { storeRoles } from './storage/instances.ts'

/** A line each. Definitions do not hold them, because every command reads definitions and few make instances. */
const roles: readonly Role[] = [
  firewallInstances,
  (cell, settings, released) =>
    cell.exporters.flatMap(members =>
      (exporterRoles.get(members.component) ?? plainRole(members))(cell, settings, released),
    ),
  pushgatewayInstances,
  blackboxInstances,
  alertmanagerInstances,
  ...storeRoles,
  prometheusInstances,
  grafanaInstances,
  haproxyInstances,
  keepalivedInstances,
]

/** Of exporters that are more than the form says. */
const exporterRoles: ReadonlyMap<Component, Role> = new Map([['node_exporter', nodeExporterInstances]])

function plainRole(members: Exporters): Role {
  return (cell, { exporters = {} }, released) => {
    const settings = exporters[members.component]
    const definition = settings && exporterFormOf(members.component, settings)
    if (!definition) return []
    const release = released(exporterName(definition))
    return catalogueInstances(cell.name, members, { settings, definition }, release)
  }
}

/** All instances of all cells. `versions` is asked only for components that some cell has. */
export function buildInstances(
  inventory: Inventory,
  topology: Topology,
  versions: (component: Component) => string,
): readonly Instance[] {
  checkAddresses(inventory.cells, versions)
  const cells = new Map(topology.cells.map(cell => [cell.name, cell]))
  const released = (name: Component) => ({
    kind: originOf(inventory.artifacts, name).kind,
    version: versions(name),
  })
  return inventory.cells.flatMap(settings => {
    const cell = cells.get(settings.name)
    if (!cell) throw new RangeError(`the topology has no cell ${settings.name}`)
    return roles.flatMap(role => role(cell, settings, released))
  })
}
