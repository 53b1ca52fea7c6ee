/** Topology in, desired state out: what each host is to have, by component. */

import type { ArtifactOrigin } from '../src/inventory/artifact-origin.ts'
import { originOf } from '../src/inventory/artifact-origin.ts'
import type { Cell, Component, ExporterSettings, Inventory } from '../src/inventory/model.ts'
import type { Instance } from '../src/resource/model.ts'
import type { CellTopology, Topology } from '../src/topology/model.ts'
import { alertmanagerInstances } from './alertmanager/role.ts'
import { blackboxInstances } from './blackbox_exporter/role.ts'
import { exporterName } from './exporters/definition.ts'
import { catalogueInstances } from './exporters/role.ts'
import { firewallInstances } from './firewall/role.ts'
import { haproxyInstances } from './haproxy/role.ts'
import { exporterFormOf } from './index.ts'
import { keepalivedInstances } from './keepalived/role.ts'
import { nodeExporterInstances } from './node_exporter/role.ts'
import { prometheusInstances } from './prometheus/role.ts'
import { pushgatewayInstances } from './pushgateway/role.ts'

/** Where the programs of a component come from. */
type KindOf = (component: Component) => ArtifactOrigin['kind']

/**
 * All instances of all cells, those of a cell together.
 * `versions` is asked only for components that some cell has.
 */
export function buildInstances(
  inventory: Inventory,
  topology: Topology,
  versions: (component: Component) => string,
): readonly Instance[] {
  const cells = new Map(topology.cells.map(cell => [cell.name, cell]))
  return inventory.cells.flatMap(settings => {
    const cell = cells.get(settings.name)
    if (!cell) throw new RangeError(`the topology has no cell ${settings.name}`)
    return cellInstances(settings, cell, name => originOf(inventory.artifacts, name).kind, versions)
  })
}

function cellInstances(
  { exporters, pushgateway, blackbox, alertmanager, prometheus, loadbalancer }: Cell,
  cell: CellTopology,
  kindOf: KindOf,
  versions: (component: Component) => string,
): readonly Instance[] {
  return [
    ...firewallInstances(cell),
    ...Object.entries(exporters ?? {}).flatMap(([component, settings]) =>
      exporterInstancesOf(component, settings, cell, kindOf, versions),
    ),
    ...(pushgateway
      ? pushgatewayInstances(cell, pushgateway, kindOf('pushgateway'), versions('pushgateway'))
      : []),
    ...(blackbox
      ? blackboxInstances(cell, blackbox, kindOf('blackbox_exporter'), versions('blackbox_exporter'))
      : []),
    ...(alertmanager
      ? alertmanagerInstances(cell, alertmanager, kindOf('alertmanager'), versions('alertmanager'))
      : []),
    ...(prometheus
      ? prometheusInstances(
          cell,
          prometheus,
          kindOf('prometheus'),
          versions('prometheus'),
          loadbalancer?.source,
        )
      : []),
    ...haproxyInstances(cell),
    ...keepalivedInstances(cell),
  ]
}

function exporterInstancesOf(
  component: Component,
  settings: ExporterSettings,
  cell: CellTopology,
  kindOf: KindOf,
  versions: (component: Component) => string,
): readonly Instance[] {
  if (component === 'node_exporter')
    return nodeExporterInstances(cell, settings, kindOf(component), versions(component))
  const definition = exporterFormOf(component, settings)
  const members = cell.exporters.find(one => one.component === component)
  if (!definition || !members) return []
  const released = exporterName(definition)
  const [kind, version] = [kindOf(released), versions(released)]
  return catalogueInstances(cell.name, members, settings, definition, kind, version)
}
