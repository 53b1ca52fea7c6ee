/** Alertmanager's command line. */

import { joinHostPort } from '../../src/inventory/endpoint.ts'
import type { AlertmanagerSettings } from '../../src/inventory/model.ts'
import { clusterListenOn, wordsOn } from '../../src/inventory/words-on.ts'
import { isNamed } from '../../src/topology/advertise.ts'
import type { CellTopology, Peer } from '../../src/topology/model.ts'
import { withFeature } from '../features.ts'
import { type FlagValue, flagWords } from '../flags.ts'
import { atLeast } from '../resources.ts'

/** The program and its arguments on one member. It knows its own address among the peers and leaves that out. */
export function alertmanagerCommand(
  cell: CellTopology,
  peer: Peer,
  settings: AlertmanagerSettings,
  version: string,
): readonly string[] {
  const { listen, flags } = wordsOn(settings, peer.host)
  const own: [string, FlagValue][] = [
    ['config.file', '/etc/alertmanager/alertmanager.yml'],
    ['storage.path', '/var/lib/alertmanager'],
    ['web.listen-address', joinHostPort(listen)],
    ['cluster.listen-address', joinHostPort(clusterListenOn(settings, peer.host))],
  ]
  if (peer.advertise) own.push(['cluster.advertise-address', joinHostPort(peer.advertise)])
  // Without a name of its own a member's place in the order of sending changes with every start.
  if (atLeast(version, '0.30.0-0')) own.push(['cluster.peer-name', peer.peerName])
  if (atLeast(version, '0.26.0-0')) own.push(['cluster.label', cell.name])
  // By its own name a host may reach itself at 127.0.1.1, and would take itself for another member.
  const peers = cell.peers.filter(other => other !== peer || !isNamed(other))
  own.push(...peers.map((other): [string, string] => ['cluster.peer', joinHostPort(other.cluster)]))
  // Upstream's six hours would count a replaced member as failed for that long.
  own.push(['cluster.reconnect-timeout', '5m'])
  return ['/usr/local/bin/alertmanager', ...flagWords(own, withReceiverNames(flags, version))]
}

/** From 0.27.0 on, the metrics of notifications can say of which receiver they are. */
function withReceiverNames(
  flags: AlertmanagerSettings['flags'],
  version: string,
): AlertmanagerSettings['flags'] {
  return atLeast(version, '0.27.0-0') ? withFeature(flags, 'receiver-name-in-metrics') : flags
}
