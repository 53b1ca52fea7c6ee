/** What verify, status and the gate ask of the Alertmanagers. */
import { hostsOf } from '../../src/topology/address/way.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { api } from '../../src/verify/answer/answers.ts'
import { loadedByMetrics } from '../../src/verify/answer/loaded.ts'
import { sample } from '../../src/verify/answer/metrics.ts'
import { ready } from '../../src/verify/answer/ready.ts'
import { type CheckDefinition, heard, isVerdict, offering, type View } from '../../src/verify/answer/view.ts'
import { programOf } from '../../src/verify/ask/programs.ts'
import { type AnswerTo, each, type Program } from '../../src/verify/ask/question.ts'
import { type FactsOf, identical, notLoaded } from '../../src/verify/checks/config.ts'
import type { AskedCell, CellChecks, ComponentChecks } from '../../src/verify/checks/facet.ts'
import { sameVersion } from '../../src/verify/checks/same-version.ts'
import { comparing } from '../../src/verify/checks/there.ts'
import { entryOf } from '../../src/verify/status-entry.ts'
import { cluster } from './checks/cluster.ts'
import { members } from './checks/members.ts'
import { notifications } from './checks/notifications.ts'

const version = {
  api: api.status,
  of: ({ versionInfo }: AnswerTo<typeof api.status>) => versionInfo.version,
}

export const checks: ComponentChecks = {
  cellChecks,
  rows: ({ name, peers }) =>
    peers.map(peer => ({
      ...entryOf(name, programOf('alertmanager', peer), api.ready, version),
      replica: peer.peerName,
    })),
  loaded: loadedByMetrics('alertmanager'),
  links: members,
}

function cellChecks({ whole, cell, replicas, selected, facts }: AskedCell): CellChecks {
  const peers = cell.peers.map(peer => programOf('alertmanager', peer))
  const theirs = selected(peers)
  if (theirs.length === 0) return {}
  const ring = (question: CheckDefinition) =>
    comparing(question, { component: 'alertmanager', all: hostsOf(whole.peers), left: hostsOf(peers) })
  return {
    own: [
      ...theirs.map(peer => offering('alerts', ready(peer))),
      ring(cluster(whole, peers)),
      ...(peers.length > 1 ? [ring(sameVersion(cell.name, 'alertmanager', peers, version))] : []),
      ring(alertmanagerConfigCheck(cell, peers, facts)),
      ...(replicas.length > 0 ? [notifications(cell.name, replicas, theirs)] : []),
    ],
  }
}

/** `alertmanager.config_identical`: on disk and in memory, and what is in memory is what lies on disk. */
function alertmanagerConfigCheck(
  cell: CellTopology,
  peers: readonly Program[],
  facts: FactsOf,
): CheckDefinition {
  const statuses = each(peers, api.status)
  // One that started after the last change has loaded it, or would not run; only for others its many metrics are read.
  const older = (view: View) => {
    const found = heard(view, { statuses })
    if (isVerdict(found)) return []
    const programs = found.answers.statuses.flatMap(({ program, answer: { uptime } }) => {
      const started = Date.parse(uptime) / 1000
      const changed = facts(program)?.configTime
      return typeof changed === 'number' && !(Math.floor(started) > changed) ? [program] : []
    })
    return each(programs, api.metrics)
  }
  return {
    id: 'alertmanager.config_identical',
    target: cell.name,
    needs: statuses,
    more: older,
    judge(view) {
      const found = heard(view, { statuses })
      if (isVerdict(found)) return found
      const measured = heard(view, { metrics: older(view) })
      if (isVerdict(measured)) return measured
      for (const { program, answer } of measured.answers.metrics) {
        const succeeded = sample(answer, 'alertmanager_config_last_reload_successful') !== 0
        const loaded = sample(answer, 'alertmanager_config_last_reload_success_timestamp_seconds')
        const stale = notLoaded(program, succeeded, loaded, facts(program)?.configTime)
        if (stale) return stale
      }
      const running = found.answers.statuses.map(({ answer: { config } }) => config.original)
      return identical(peers, facts, running, '')
    },
  }
}
