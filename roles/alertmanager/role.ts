/** Alertmanager: a member of a cell's cluster becomes the resources of its host. */
import { join } from 'node:path'
import { defined } from '../../src/diagnostic/defined.ts'
import { clusterListenOn, holdsOutside, listensOn, wordsOn } from '../../src/inventory/cell/words-on.ts'
import { brings } from '../../src/inventory/file/host-paths.ts'
import type { UserFile, Yaml, YamlMap } from '../../src/inventory/model.ts'
import { asWritten, withMember } from '../../src/inventory/text/as-written.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import type { FileResource, Resource } from '../../src/resource/model.ts'
import { writtenFrom } from '../../src/resource/rendered.ts'
import { hasUnknownAddress } from '../../src/topology/address/advertise.ts'
import { webUrl } from '../../src/topology/address/opened.ts'
import type { CellTopology, Peer } from '../../src/topology/model.ts'
import { programInstance } from '../common/exporter.ts'
import { atLeast, concealedIf, configFile, configTree, directory, programs } from '../common/resources.ts'
import { unitTexts, userFiles } from '../common/words.ts'
import type { Role } from '../component.ts'
import { checkedCopies } from '../text/checked-copy.ts'
import {
  type FlagValue,
  featureFlag,
  featuresIn,
  flagCheck,
  flagWords,
  listening,
  noPort,
  withFeature,
} from '../text/flags.ts'
import { renderTemplate } from '../text/render.ts'
import type { AlertmanagerSettings } from './settings.ts'

const alertmanagerRoot = '/etc/alertmanager'
const name = 'alertmanager'
const place = { root: alertmanagerRoot, group: name, effect: 'reload' } as const

/** One instance a member. */
export const alertmanagerInstances: Role = (cell, { alertmanager: settings }, released) => {
  if (!settings) return []
  const { kind, version } = released(name)
  const bundle = alertmanagerFiles(settings)
  // amtool could quote what lies outside the inventory's directory.
  const withheld = holdsOutside(settings, settings.templates) ? { withheld: true as const } : {}
  const lookups = cell.peers.filter(hasUnknownAddress).map(({ cluster }) => cluster.address)
  return cell.peers.map(peer => {
    const shipped = userFiles(settings, peer.host, place)
    const files = [...shipped, ...bundle]
    const before: readonly Resource[] = [
      { kind: 'user', name, home: '/var/lib/alertmanager' },
      ...programs(name, kind, version),
      ...configTree(alertmanagerRoot, name, files),
      { ...directory('/var/lib/alertmanager', name, name, 0o750), data: true },
    ]
    const command = alertmanagerCommand(cell, peer, settings, version)
    const words = wordsOn(settings, peer.host)
    const content = renderTemplate(name, 'alertmanager.service', {
      commandLine: { command },
      words: unitTexts(name, words),
      filesRoot: shipped.length > 0 ? alertmanagerRoot : '',
    })
    // Features change which configs are valid. Before 0.27 amtool knew of none.
    const features = atLeast(version, '0.27.0-0') ? featuresIn(command) : []
    const cluster = clusterListenOn(settings, peer.host)
    return programInstance({
      cell: cell.name,
      component: name,
      member: peer,
      words,
      before,
      content,
      checks: [
        flagCheck(command, alertmanagerRoot, words.flags, flagEnd),
        {
          program: '/usr/local/bin/amtool',
          root: alertmanagerRoot,
          args: ['check-config', ...featureFlag(features), 'alertmanager.yml'],
          seen: checkedCopies(alertmanagerRoot, files, file => file === 'alertmanager.yml'),
          ...withheld,
        },
      ],
      readyPath: '/-/ready',
      loaded: 'alertmanager',
      ports: listening(cluster.port, [cluster.address], 'tcp', 'udp'),
      ...noteOf(peer),
      ...(lookups.length > 0 ? { lookups } : {}),
    })
  })
}

/** alertmanager.yml and its templates, byte for byte the same on every member. */
export function alertmanagerFiles(settings: AlertmanagerSettings): readonly FileResource[] {
  const config = alertmanagerConfig(settings)
  const { outside, templates } = settings
  const content = renderTemplate(name, 'alertmanager.yml', { config })
  const file = (one: Pick<UserFile, 'name' | 'content' | 'outside'>) =>
    concealedIf(one.outside, configFile(join(alertmanagerRoot, one.name), name, 'reload', one.content))
  return [
    ...templates.map(file),
    writtenFrom(file({ name: 'alertmanager.yml', content, ...defined({ outside }) }), config),
  ]
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

/** The program and its arguments on one member. It knows its own address among the peers and leaves that out. */
function alertmanagerCommand(
  cell: CellTopology,
  peer: Peer,
  settings: AlertmanagerSettings,
  version: string,
): readonly string[] {
  const { flags } = wordsOn(settings, peer.host)
  const own: [string, FlagValue][] = [
    ['config.file', '/etc/alertmanager/alertmanager.yml'],
    ['storage.path', '/var/lib/alertmanager'],
    ['web.listen-address', listensOn(settings, peer.host).map(joinHostPort)],
    ['cluster.listen-address', joinHostPort(clusterListenOn(settings, peer.host))],
    // By itself it would take the host's name, which the reader of a notification may not be able to resolve.
    ['web.external-url', webUrl(peer, peer.pathPrefix)],
  ]
  if (peer.advertise) own.push(['cluster.advertise-address', joinHostPort(peer.advertise)])
  // Without a name of its own a member's place in the order of sending changes with every start.
  if (atLeast(version, '0.30.0-0')) own.push(['cluster.peer-name', peer.peerName])
  if (atLeast(version, '0.26.0-0')) own.push(['cluster.label', cell.name])
  // By its own name a host may reach itself at 127.0.1.1, and would take itself for another member.
  const peers = cell.peers.filter(other => other !== peer || !hasUnknownAddress(other))
  own.push(...peers.map((other): [string, string] => ['cluster.peer', joinHostPort(other.cluster)]))
  // Upstream's six hours would count a replaced member as failed for that long.
  own.push(['cluster.reconnect-timeout', '5m'])
  // From 0.27.0 on, the metrics of notifications can say of which receiver they are.
  const named = atLeast(version, '0.27.0-0') ? withFeature(flags, 'receiver-name-in-metrics') : flags
  return ['/usr/local/bin/alertmanager', ...flagWords(own, named)]
}

/** Upstream's config. Templates that none of its own `templates` entries matches are added, one by one. */
export function alertmanagerConfig({ config, templates }: AlertmanagerSettings): YamlMap {
  const own: readonly Yaml[] = Array.isArray(config.templates) ? config.templates : []
  const named = own.flatMap((_, index) => asWritten(own, index) ?? [])
  const missing = templates
    .map(file => file.name)
    .filter(name => !named.some(path => brings([name], path, '/etc/alertmanager')))
  return missing.length === 0 ? config : withMember(config, 'templates', [...named, ...missing])
}
