/** What verify, status and the gate ask of the Alertmanagers. */
import { hostsOf } from '../../src/topology/way.ts'
import { type AlertmanagerStatus, paths } from '../../src/verify/answers.ts'
import type { AskedCell, ComponentChecks, Questions } from '../../src/verify/facet.ts'
import { loadedByMetrics } from '../../src/verify/loaded.ts'
import { programOf } from '../../src/verify/programs.ts'
import { ready } from '../../src/verify/ready.ts'
import { entryOf } from '../../src/verify/status-entry.ts'
import { comparing } from '../../src/verify/there.ts'
import type { Question } from '../../src/verify/view.ts'
import { cluster } from './checks/cluster.ts'
import { alertmanagerConfig } from './checks/config.ts'
import { members } from './checks/members.ts'
import { notifications } from './checks/notifications.ts'

export const checks: ComponentChecks = {
  questions,
  rows: ({ name, peers }) =>
    peers.map(peer => ({
      ...entryOf(name, programOf('alertmanager', peer), paths.ready, paths.status),
      replica: peer.peerName,
      versionOf: body => (body as Partial<AlertmanagerStatus>).versionInfo?.version ?? '',
    })),
  loaded: loadedByMetrics('alertmanager'),
  links: members,
}

function questions({ whole, cell, replicas, selected, facts }: AskedCell): Questions {
  const peers = cell.peers.map(peer => programOf('alertmanager', peer))
  const theirs = selected(peers)
  if (theirs.length === 0) return {}
  const ring = (question: Question) =>
    comparing(question, 'alertmanager', hostsOf(whole.peers), hostsOf(peers))
  return {
    own: [
      ...theirs.map(ready),
      ring(cluster(whole, peers)),
      ring(alertmanagerConfig(cell, peers, facts)),
      ...(replicas.length > 0 ? [notifications(cell.name, replicas, theirs)] : []),
    ],
  }
}
