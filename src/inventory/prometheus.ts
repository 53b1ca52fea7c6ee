import { posix } from 'node:path'
import { error } from '../diagnostic/problem.ts'
import { asWritten } from './as-written.ts'
import { buildCommon } from './common-words.ts'
import type { Context } from './context.ts'
import { dataDirFault } from './data-dir.ts'
import { prometheusOwn } from './flags.ts'
import { checkLabels, defaultReplicaLabel, labelTexts } from './labels.ts'
import { checkLogFiles } from './log-files.ts'
import type { PrometheusSettings, YamlMap } from './model.ts'
import { durationFault, labelNameFault, sizeFault } from './names.ts'
import { at, isFromOutside, quote } from './place.ts'
import { buildReplicas, type CellScope } from './replicas.ts'
import { buildRuleTests } from './rule-tests.ts'
import type { PrometheusText } from './schema.ts'
import { checkScrapeConfigs, checkTargets, type Generated, takenLabels } from './scrape.ts'
import { filesOfList, filesOfMap } from './shipped.ts'
import { refuseKeys, upstreamList } from './upstream.ts'

const listen = { address: '0.0.0.0', port: 9090 }

/** Names below /etc/prometheus that promha writes. */
const ownFiles = ['prometheus.yml', 'rules', 'file_sd']

/** The cell's Prometheus as the model has it, defaults filled in; problems are left in the context. */
export function buildPrometheus(
  text: PrometheusText,
  generated: Generated,
  cell: CellScope,
  context: Context,
): PrometheusSettings {
  const { problems } = context
  const replicaLabel = buildReplicaLabel(text, context)
  const externalLabels = labelTexts(text.external_labels ?? {})
  checkLabels(text.external_labels ?? {}, 'external_labels', takenLabels(replicaLabel), problems)
  const targets = text.targets ?? {}
  const scrapeConfigs = upstreamList(text, 'scrape_configs', context)
  checkTargets(targets, generated, replicaLabel, problems)
  checkScrapeConfigs(scrapeConfigs, Object.keys(targets), generated, replicaLabel, problems)
  const upstream = {
    scrapeConfigs,
    remoteWrite: upstreamList(text, 'remote_write', context),
    alertRelabelConfigs: upstreamList(text, 'alert_relabel_configs', context),
    alertmanagers: upstreamList(text, 'alertmanagers', context),
  }
  const global = (text.global ?? {}) as YamlMap
  checkGlobal(global, context)
  checkLogFiles({ global, scrapeConfigs }, problems)
  const replicas = buildReplicas(text, cell, problems)
  const hosts = replicas.map(({ host }) => host)
  return {
    replicas,
    replicaLabel,
    dataDir: buildDataDir(text, context),
    retention: buildRetention(text, context),
    global,
    externalLabels,
    ...upstream,
    ...(Object.values(upstream).some(isFromOutside) ? { outside: true as const } : {}),
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, groups]) => [name, groups.map(targetGroup)]),
    ),
    rules: filesOfList(text.rule_files ?? [], 'rules', ruleNameFault, context),
    ruleTests: buildRuleTests(text, context),
    files: filesOfMap(text.files ?? {}, ownFiles, context),
    ...buildCommon(text, { of: 'prometheus', own: prometheusOwn, hosts, listen }, cell, context),
  }
}

function targetGroup(group: NonNullable<PrometheusText['targets']>[string][number]): YamlMap {
  return { targets: group.targets ?? [], ...(group.labels ? { labels: labelTexts(group.labels) } : {}) }
}

function ruleNameFault(name: string): string | undefined {
  if (name === 'promha.yml') return "is that of promha's own rules"
  return /\.ya?ml$/.test(name) ? undefined : 'does not end in .yml or .yaml'
}

function buildReplicaLabel(text: PrometheusText, context: Context): string {
  const label = text.replica_label ?? defaultReplicaLabel
  const fault =
    label === 'cell' || label === 'job' || label === 'instance'
      ? 'is a label that promha sets'
      : labelNameFault(label)
  if (fault)
    context.problems.push(error(`replica_label: ${quote(label)} ${fault}`, at(text, 'replica_label')))
  return label
}

function buildDataDir(text: PrometheusText, context: Context): string {
  const directory = text.data_dir ?? '/var/lib/prometheus'
  const normal = posix.normalize(directory).replace(/(.)\/+$/, '$1')
  const fault = dataDirFault(directory, normal)
  if (fault) {
    context.problems.push(
      error(`data_dir: ${quote(directory)} ${fault}`, {
        ...at(text, 'data_dir'),
        remedy: 'give an absolute path of its own, such as /var/lib/prometheus',
      }),
    )
  }
  return normal
}

function buildRetention(text: PrometheusText, context: Context): PrometheusSettings['retention'] {
  const { time, size } = text.retention ?? {}
  const retention = text.retention ?? {}
  const report = (key: string, fault: string | undefined) => {
    if (fault) context.problems.push(error(`retention.${key}: ${fault}`, at(retention, key)))
  }
  if (time != null) report('time', durationFault(time))
  if (size != null) report('size', sizeFault(size))
  return { ...(time == null ? {} : { time }), ...(size == null ? {} : { size }) }
}

function checkGlobal(global: YamlMap, context: Context): void {
  refuseKeys(global, { external_labels: 'use "external_labels" beside "global"' }, context.problems)
  for (const key of ['scrape_interval', 'scrape_timeout', 'evaluation_interval']) {
    const value = asWritten(global, key)
    const fault = value === undefined ? undefined : durationFault(value)
    if (fault) context.problems.push(error(`global.${key}: ${fault}`, at(global, key)))
  }
}
