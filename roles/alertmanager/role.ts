/** Alertmanager: a member of a cell's cluster becomes the resources of its host. */
import { join } from 'node:path'
import type { ArtifactOrigin } from '../../src/inventory/artifact-origin.ts'
import { joinHostPort } from '../../src/inventory/endpoint.ts'
import type { AlertmanagerSettings } from '../../src/inventory/model.ts'
import { clusterListenOn, wordsOn } from '../../src/inventory/words-on.ts'
import type { BundleCheck, FileResource, Instance, Resource } from '../../src/resource/model.ts'
import { writtenFrom } from '../../src/resource/rendered.ts'
import { isNamed } from '../../src/topology/advertise.ts'
import type { CellTopology, Peer } from '../../src/topology/model.ts'
import { orderOf } from '../../src/topology/order.ts'
import { checkedCopies } from '../checked-copy.ts'
import { featureFlag, featuresIn, flagCheck, listening, noPort } from '../flags.ts'
import { renderTemplate } from '../render.ts'
import { atLeast, concealedIf, configFile, configTree, directory, programs } from '../resources.ts'
import { environmentFiles, unitWords } from '../words.ts'
import { alertmanagerConfig } from './config.ts'
import { alertmanagerCommand } from './flags.ts'

const alertmanagerRoot = '/etc/alertmanager'
const name = 'alertmanager'

/** One instance a member. */
export function alertmanagerInstances(
  cell: CellTopology,
  settings: AlertmanagerSettings,
  kind: ArtifactOrigin['kind'],
  version: string,
): readonly Instance[] {
  const files = alertmanagerFiles(settings)
  const before: readonly Resource[] = [
    { kind: 'user', name, home: '/var/lib/alertmanager' },
    ...programs(name, kind, version),
    ...configTree(alertmanagerRoot, name, files),
    { ...directory('/var/lib/alertmanager', name, name, 0o750), data: true },
  ]
  const seen = checkedCopies(alertmanagerRoot, files, file => file === 'alertmanager.yml')
  return cell.peers.map(peer => {
    const command = alertmanagerCommand(cell, peer, settings, version)
    const unit = renderTemplate(name, 'alertmanager.service', {
      commandLine: { command },
      words: unitWords(name, wordsOn(settings, peer.host)),
      filesRoot: settings.files?.length ? alertmanagerRoot : '',
    })
    const flags = flagCheck(command, alertmanagerRoot, wordsOn(settings, peer.host).flags, flagEnd)
    const checks = [flags, configCheck(command, version, settings, seen)]
    return instanceOf(cell, peer, settings, before, unit, checks)
  })
}

/** The bundle: alertmanager.yml and all that it names. Byte for byte the same on every member. */
export function alertmanagerFiles(settings: AlertmanagerSettings): readonly FileResource[] {
  const config = alertmanagerConfig(settings)
  const file = (path: string, content: string | Uint8Array, outside?: boolean) =>
    concealedIf(outside, configFile(join(alertmanagerRoot, path), name, 'reload', content))
  return [
    ...(settings.files ?? []).map(shipped => ({ ...file(shipped.name, shipped.content), concealed: true })),
    ...settings.templates.map(template => file(template.name, template.content, template.outside)),
    writtenFrom(
      file('alertmanager.yml', renderTemplate(name, 'alertmanager.yml', { config }), settings.outside),
      config,
    ),
  ]
}

/** Whether amtool could quote what lies outside the inventory's directory. */
function isFromOutside({ outside, templates, files = [] }: AlertmanagerSettings): boolean {
  return outside === true || [...templates, ...files].some(shipped => shipped.outside)
}

/** The plan says what the inventory does not: by which address the others reach it. */
function noteOf({ advertise, cluster, resolved }: Peer): { readonly note?: string } {
  if (!resolved || !advertise) return {}
  const where = {
    others: `as ${resolved.by.join(', ')} resolve${resolved.by.length > 1 ? '' : 's'} ${cluster.address}`,
    kept: 'as before',
    'own-name': `as the host itself resolves ${cluster.address}`,
    route: 'the address of its default route',
    interface: 'the only address that it has',
    nowhere: '',
  }[resolved.from]
  return { note: `advertises ${joinHostPort(advertise)}, ${where}` }
}

/** It joins no cluster and writes to the directory of the check only. */
const flagEnd = {
  instead: [
    ['config.file', 'flags-check.yml'],
    ['storage.path', '.'],
    ['cluster.listen-address', ''],
    noPort.flag,
  ],
  // Debian's build ends earlier if its templates are not installed yet.
  accepted: [noPort.accepted, 'failed to apply new config'],
  config: { name: 'flags-check.yml', content: 'route: { receiver: none }\nreceivers: [{ name: none }]\n' },
} as const

function configCheck(
  command: readonly string[],
  version: string,
  settings: AlertmanagerSettings,
  seen: NonNullable<BundleCheck['seen']>,
): BundleCheck {
  // Features change which configs are valid. Before 0.27 amtool knew of none.
  const features = atLeast(version, '0.27.0-0') ? featuresIn(command) : []
  return {
    program: '/usr/local/bin/amtool',
    root: alertmanagerRoot,
    args: ['check-config', ...featureFlag(features), 'alertmanager.yml'],
    seen,
    ...(isFromOutside(settings) ? { withheld: true } : {}),
  }
}

function instanceOf(
  cell: CellTopology,
  peer: Peer,
  settings: AlertmanagerSettings,
  before: readonly Resource[],
  unit: string,
  checks: readonly BundleCheck[],
): Instance {
  const { listen } = wordsOn(settings, peer.host)
  const cluster = clusterListenOn(settings, peer.host)
  const lookups = cell.peers.filter(isNamed).map(({ cluster }) => cluster.address)
  const service = {
    kind: 'service',
    unit: 'alertmanager.service',
    ports: [
      ...listening(listen.port, [listen.address], 'tcp'),
      ...listening(cluster.port, [cluster.address], 'tcp', 'udp'),
    ],
  } as const
  return {
    cell: cell.name,
    host: peer.host,
    component: name,
    resources: [
      ...before,
      ...environmentFiles(name, wordsOn(settings, peer.host)),
      { kind: 'unit', name: service.unit, content: unit, ...noteOf(peer) },
      service,
    ],
    ...(lookups.length > 0 ? { lookups } : {}),
    service,
    checks,
    health: { ...peer.local, readyPath: `${peer.pathPrefix ?? ''}/-/ready`, loaded: 'alertmanager' },
    ...orderOf(name),
  }
}
