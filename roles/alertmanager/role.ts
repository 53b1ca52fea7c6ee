/** Alertmanager: a member of a cell's cluster becomes the resources of its host. */
import { join } from 'node:path'
import type { AlertmanagerSettings, ArtifactSettings } from '../../src/inventory/model.ts'
import type { FileResource, Instance, Resource } from '../../src/resource/model.ts'
import { writtenFrom } from '../../src/resource/rendered.ts'
import type { CellTopology, Peer } from '../../src/topology/model.ts'
import { orderOf } from '../../src/topology/order.ts'
import { flagCheck } from '../flags.ts'
import { renderTemplate } from '../render.ts'
import { concealedIf, configFile, configTree, directory, programs } from '../resources.ts'
import { alertmanagerConfig } from './config.ts'
import { alertmanagerCommand } from './flags.ts'

export const alertmanagerRoot = '/etc/alertmanager'
const name = 'alertmanager'

/** One instance a member. */
export function alertmanagerInstances(
  cell: CellTopology,
  settings: AlertmanagerSettings,
  kind: ArtifactSettings['kind'],
  version: string,
): readonly Instance[] {
  const before: readonly Resource[] = [
    { kind: 'user', name, home: '/var/lib/alertmanager' },
    ...programs(name, kind, version),
    ...configTree(alertmanagerRoot, name, alertmanagerFiles(settings)),
    { ...directory('/var/lib/alertmanager', name, name, 0o750), data: true },
  ]
  return cell.peers.map(peer => {
    const command = alertmanagerCommand(cell, peer, settings, version)
    const unit = renderTemplate(name, 'alertmanager.service', { commandLine: { command } })
    return instanceOf(cell, peer, before, unit, command, isFromOutside(settings))
  })
}

/** The bundle: alertmanager.yml and the templates. Byte for byte the same on every member. */
export function alertmanagerFiles(settings: AlertmanagerSettings): readonly FileResource[] {
  const config = alertmanagerConfig(settings)
  const file = (path: string, content: string | Uint8Array, outside?: boolean) =>
    concealedIf(outside, configFile(join(alertmanagerRoot, path), name, 'reload', content))
  return [
    ...settings.templates.map(template => file(template.name, template.content, template.outside)),
    writtenFrom(
      file('alertmanager.yml', renderTemplate(name, 'alertmanager.yml', { config }), settings.outside),
      config,
    ),
  ]
}

/** Whether amtool could quote what lies outside the inventory's directory. */
function isFromOutside({ outside, templates }: AlertmanagerSettings): boolean {
  return outside === true || templates.some(template => template.outside)
}

function instanceOf(
  cell: CellTopology,
  peer: Peer,
  before: readonly Resource[],
  unit: string,
  command: readonly string[],
  withheld: boolean,
): Instance {
  const service = {
    kind: 'service',
    unit: 'alertmanager.service',
    ports: [
      { protocol: 'tcp', port: peer.port },
      { protocol: 'tcp', port: peer.cluster.port },
      { protocol: 'udp', port: peer.cluster.port },
    ],
  } as const
  return {
    cell: cell.name,
    host: peer.host,
    component: name,
    resources: [...before, { kind: 'unit', name: service.unit, content: unit }, service],
    service,
    checks: [
      flagCheck(command, alertmanagerRoot),
      {
        program: '/usr/local/bin/amtool',
        root: alertmanagerRoot,
        args: ['check-config', 'alertmanager.yml'],
        ...(withheld ? { withheld } : {}),
      },
    ],
    health: { ...peer.local, readyPath: `${peer.pathPrefix ?? ''}/-/ready`, loaded: 'alertmanager' },
    ...orderOf(name),
  }
}
