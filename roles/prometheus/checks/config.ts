/** Do the replicas run the same config, and the one that is on their disks? */
import type { CellTopology } from '../../../src/topology/model.ts'
import { api } from '../../../src/verify/answer/answers.ts'
import { type CheckDefinition, type CheckVerdict, defineCheck } from '../../../src/verify/answer/view.ts'
import { each, type NamedProgram, type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import { type FactsOf, identical, notLoaded } from '../../../src/verify/checks/config.ts'
import type { Get, LoadedConfig, Replay } from '../../../src/verify/checks/facet.ts'

/** `prometheus.config_identical`: on disk, in memory but for the replica label, whose expanded value is read back. */
export function prometheusConfigCheck(
  cell: CellTopology,
  replicas: readonly NamedProgram[],
  facts: FactsOf,
): CheckDefinition {
  const label = cell.replicaLabel
  const needs = { configs: each(replicas, api.config) }
  return defineCheck('prometheus.config_identical', cell.name, needs, ({ configs }) => {
    const running = configs.map(({ program, answer }) => ({ program, ...withoutReplica(answer.yaml, label) }))
    const wrong = running.find(({ program, value }) => value !== program.name)
    if (wrong) return wrongReplica(label, wrong.program.name, wrong.program.host, wrong.value)
    const also = `, ${label} is ${replicas.map(({ name }) => name).join(' and ')}`
    const rests = running.map(({ rest }) => rest)
    return identical(replicas, facts, rests, also)
  })
}

/** `prometheus.config_loaded`: the last reload succeeded, and no file is newer than it. */
export function prometheusLoaded(replica: Program, facts: FactsOf): CheckDefinition {
  const needs = { runtime: programQuestion(replica, api.runtime) }
  return defineCheck('prometheus.config_loaded', `${replica.host}/prometheus`, needs, ({ runtime }) => {
    const { reloadConfigSuccess, lastConfigTime } = runtime
    const loaded = Date.parse(lastConfigTime) / 1000
    const stale = notLoaded(replica, reloadConfigSuccess, loaded, facts(replica)?.configTime)
    return stale ?? { status: 'pass', detail: `loaded at ${lastConfigTime}` }
  })
}

function wrongReplica(label: string, name: string, host: string, value: string | undefined): CheckVerdict {
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

export async function loaded(get: Get): Promise<LoadedConfig> {
  const { reloadConfigSuccess, lastConfigTime } = await get(api.runtime)
  return { succeeded: reloadConfigSuccess, at: Date.parse(lastConfigTime) / 1000 }
}

/** undefined where there is nothing to replay. Rejects where there is nothing to learn of it. */
export async function replay(get: Get): Promise<Replay | undefined> {
  const { min, max, current } = await get(api.walReplay)
  if (max <= min || current > max) return undefined
  return { note: `replays its log of samples: segment ${current} of ${max}`, replayed: current }
}

const placeholder = '<replica>'

/** The YAML that Prometheus wrote itself without the replica label. `value`: undefined where external_labels lack it. */
export function withoutReplica(yaml: string, label: string): { value: string | undefined; rest: string } {
  const lines = yaml.split('\n')
  const start = lines.indexOf('  external_labels:')
  if (start < 0) return { value: undefined, rest: yaml }
  for (let index = start + 1; index < lines.length && lines[index]?.startsWith('    '); index += 1) {
    const [, key, value] = /^ {4}("(?:[^"\\]|\\.)*"|[^:]+):(?: (.*))?$/.exec(lines[index] ?? '') ?? []
    if (key === undefined || plain(key) !== label) continue
    lines[index] = `    ${key}: ${placeholder}`
    return { value: plain(value ?? ''), rest: lines.join('\n') }
  }
  return { value: undefined, rest: yaml }
}

function plain(scalar: string): string {
  if (scalar.startsWith("'")) return scalar.slice(1, -1).replaceAll("''", "'")
  if (!scalar.startsWith('"')) return scalar
  try {
    return String(JSON.parse(scalar))
  } catch {
    return scalar.slice(1, -1)
  }
}
