/** What verify, status and the gate ask of the replicas. */
import { listFirst } from '../../src/diagnostic/list-first.ts'
import { hostsOf } from '../../src/topology/address/way.ts'
import { api } from '../../src/verify/answer/answers.ts'
import { ready } from '../../src/verify/answer/ready.ts'
import { brief } from '../../src/verify/answer/text.ts'
import { type CheckDefinition, defineCheck, offering } from '../../src/verify/answer/view.ts'
import { programOf, replicaProgram } from '../../src/verify/ask/programs.ts'
import {
  type AnswerTo,
  type NamedProgram,
  type Program,
  programQuestion,
} from '../../src/verify/ask/question.ts'
import type { AskedCell, CellChecks, ComponentChecks } from '../../src/verify/checks/facet.ts'
import { sameVersion } from '../../src/verify/checks/same-version.ts'
import { comparing } from '../../src/verify/checks/there.ts'
import { entryOf } from '../../src/verify/status-entry.ts'
import { alertmanagers, sinks } from './checks/alertmanagers.ts'
import { caughtUp } from './checks/caught-up.ts'
import { loaded, prometheusConfigCheck, prometheusLoaded, replay } from './checks/config.ts'
import { federationComplete } from './checks/federation-complete.ts'
import { federationSources } from './checks/federation-sources.ts'
import { mutual, targetsIdentical, targetsUp } from './checks/targets.ts'
import { deduplicated } from './checks/watchdog.ts'

const version = { api: api.build, of: ({ version }: AnswerTo<typeof api.build>) => version }

export const checks: ComponentChecks = {
  cellChecks,
  rows: ({ name, replicas }) =>
    replicas.map(replica => ({
      ...entryOf(name, replicaProgram(replica), api.ready, version),
      replica: replica.name,
    })),
  loaded,
  replay,
  links: sinks,
}

function cellChecks(asked: AskedCell): CellChecks {
  const { whole, cell, replicas, facts, owner } = asked
  const ours = asked.selected(replicas)
  if (ours.length === 0) return {}
  const pair = (question: CheckDefinition) =>
    comparing(question, { component: 'prometheus', all: hostsOf(whole.replicas), left: hostsOf(replicas) })
  return {
    own: [
      ...ours.map(replica => offering('queries', ready(replica))),
      ...(replicas.length > 1 ? [pair(sameVersion(cell.name, 'prometheus', replicas, version))] : []),
      pair(prometheusConfigCheck(cell, replicas, facts)),
      ...ours.map(replica => prometheusLoaded(replica, facts)),
      pair(targetsIdentical(cell, replicas)),
      ...ours.map(replica => targetsUp(cell, replica, owner)),
      pair(mutual(cell, replicas)),
      ...(cell.peers.length > 0 ? ours : []).map(replica => alertmanagers(replica, cell.peers)),
      ...ours.map(rulesHealthy),
      ...written(asked, ours),
    ],
    across: [...once(asked), ...collected(asked)],
  }
}

function written({ cell: { remoteWrite } }: AskedCell, ours: readonly NamedProgram[]) {
  return remoteWrite ? ours.map(replica => caughtUp(replica, remoteWrite)) : []
}

/** Asked only together with the Alertmanagers. */
function once({ cell, replicas, selected }: AskedCell): readonly CheckDefinition[] {
  const peers = cell.peers.map(peer => programOf('alertmanager', peer))
  return selected(peers).length > 0 ? [deduplicated(cell, replicas, peers)] : []
}

function collected({ cell: { name, collection }, replicas }: AskedCell): readonly CheckDefinition[] {
  if (!collection) return []
  const sources = collection.sources.map(source => ({
    ...source,
    replicas: source.replicas.map(replicaProgram),
  }))
  return [
    federationSources(name, replicas, sources),
    federationComplete({ cell: name, replicas, collection, sources }),
  ]
}

/** `prometheus.rules_healthy`: every rule's last evaluation went well. */
function rulesHealthy(replica: Program): CheckDefinition {
  const needs = { groups: programQuestion(replica, api.rules) }
  return defineCheck('prometheus.rules_healthy', `${replica.host}/prometheus`, needs, ({ groups }) => {
    const rules = groups.flatMap(group => group.rules.map(rule => ({ ...rule, group: group.name })))
    const broken = rules.filter(rule => rule.health === 'err')
    const unknown = rules.filter(rule => rule.health === 'unknown')
    if (broken.length > 0) {
      const named = broken.map(rule => `${rule.group}/${rule.name} (${brief(rule.lastError)})`)
      return {
        status: 'fail',
        detail: `${broken.length} of ${rules.length} rules fail: ${listFirst(named)}`,
        remedy: 'Fix these rules. Each error is what Prometheus said at the last evaluation.',
      }
    }
    if (unknown.length > 0) {
      const named = listFirst(unknown.map(rule => `${rule.group}/${rule.name}`))
      return {
        status: 'warn',
        detail: `${unknown.length} of ${rules.length} rules were not evaluated yet: ${named}`,
        remedy: 'Run verify again after an evaluation interval.',
        // Right after a start this is so for all of them, and soon over.
        settled: false,
      }
    }
    return { status: 'pass', detail: `${rules.length} of ${rules.length} rules evaluate without error` }
  })
}
