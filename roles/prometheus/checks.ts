/** What verify, status and the gate ask of the replicas. */

import { hostsOf } from '../../src/topology/way.ts'
import { data, paths } from '../../src/verify/answers.ts'
import type { AskedCell, ComponentChecks, Questions } from '../../src/verify/facet.ts'
import { programOf, replicaProgram } from '../../src/verify/programs.ts'
import { ready } from '../../src/verify/ready.ts'
import { entryOf } from '../../src/verify/status-entry.ts'
import { comparing } from '../../src/verify/there.ts'
import type { Question } from '../../src/verify/view.ts'
import { alertmanagers, sinks } from './checks/alertmanagers.ts'
import { prometheusConfig, prometheusLoaded } from './checks/config.ts'
import { federationComplete } from './checks/federation.ts'
import { loaded, replay } from './checks/loaded.ts'
import { rulesHealthy } from './checks/rules.ts'
import { mutual, targetsIdentical, targetsUp } from './checks/targets.ts'
import { deduplicated } from './checks/watchdog.ts'

export const checks: ComponentChecks = {
  questions,
  rows: ({ name, replicas }) =>
    replicas.map(replica => ({
      ...entryOf(name, replicaProgram(replica), paths.ready, paths.build),
      replica: replica.name,
      versionOf: body => data<{ version?: string } | undefined>(body)?.version ?? '',
    })),
  loaded,
  replay,
  links: sinks,
}

function questions(asked: AskedCell): Questions {
  const { whole, cell, replicas, facts, owner } = asked
  const ours = asked.selected(replicas)
  if (ours.length === 0) return {}
  const pair = (question: Question) =>
    comparing(question, 'prometheus', hostsOf(whole.replicas), hostsOf(replicas))
  return {
    own: [
      ...ours.map(ready),
      pair(prometheusConfig(cell, replicas, facts)),
      ...ours.map(replica => prometheusLoaded(replica, facts)),
      pair(targetsIdentical(cell, replicas)),
      ...ours.map(replica => targetsUp(cell, replica, owner)),
      pair(mutual(cell, replicas)),
      ...(cell.peers.length > 0 ? ours : []).map(replica => alertmanagers(replica, cell.peers)),
      ...ours.map(rulesHealthy),
    ],
    across: [...once(asked), ...collected(asked)],
  }
}

/** Asked only together with the Alertmanagers. */
function once({ cell, replicas, selected }: AskedCell): readonly Question[] {
  const peers = cell.peers.map(peer => programOf('alertmanager', peer))
  return selected(peers).length > 0 ? [deduplicated(cell, replicas, peers)] : []
}

function collected({ cell: { name, collection }, replicas }: AskedCell): readonly Question[] {
  if (!collection) return []
  const sources = collection.sources.map(source => ({
    ...source,
    replicas: source.replicas.map(replicaProgram),
  }))
  return [federationComplete(name, replicas, collection, sources)]
}
