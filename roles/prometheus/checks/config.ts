/** Do the replicas run the same config, and the one that is on their disks? */
import type { CellTopology } from '../../../src/topology/model.ts'
import { data, paths, type RuntimeInfo } from '../../../src/verify/answers.ts'
import { type FactsOf, identical, notLoaded } from '../../../src/verify/config.ts'
import {
  each,
  type NamedProgram,
  type Program,
  type Question,
  question,
  type Verdict,
} from '../../../src/verify/view.ts'
import { withoutReplica } from './running-config.ts'

/** `prometheus.config_identical`: on disk, in memory but for the replica label, whose expanded value is read back. */
export function prometheusConfig(
  cell: CellTopology,
  replicas: readonly NamedProgram[],
  facts: FactsOf,
): Question {
  const needs = each(replicas, paths.config)
  return question('prometheus.config_identical', cell.name, needs, bodies => {
    const running = bodies.map(body => withoutReplica(data<{ yaml: string }>(body).yaml, cell.replicaLabel))
    for (const [index, { name, host }] of replicas.entries()) {
      const value = running[index]?.value
      if (value !== name) return wrongReplica(cell.replicaLabel, name, host, value)
    }
    return identical(
      replicas,
      facts,
      running.map(config => config.rest),
      `, ${cell.replicaLabel} is ${replicas.map(({ name }) => name).join(' and ')}`,
    )
  })
}

/** `prometheus.config_loaded`: the last reload succeeded, and no file is newer than it. */
export function prometheusLoaded(replica: Program, facts: FactsOf): Question {
  const needs = each([replica], paths.runtime)
  return question('prometheus.config_loaded', `${replica.host}/prometheus`, needs, bodies => {
    const { reloadConfigSuccess, lastConfigTime } = data<RuntimeInfo>(bodies[0])
    const loaded = Date.parse(lastConfigTime) / 1000
    const stale = notLoaded(replica, reloadConfigSuccess, loaded, facts(replica)?.configTime)
    return stale ?? { status: 'pass', detail: `loaded at ${lastConfigTime}` }
  })
}

function wrongReplica(label: string, name: string, host: string, value: string | undefined): Verdict {
  const literal = value?.includes('${')
  return {
    status: 'fail',
    detail: `on ${host} the external label ${label} should be ${name} and is ${value ?? 'missing'}`,
    remedy: literal
      ? 'Prometheus 2 expands it only with --enable-feature=expand-external-labels: run apply.'
      : `Run apply: REPLICA in the unit of ${host} has to be ${name}.`,
    afterFailure: '',
  }
}
