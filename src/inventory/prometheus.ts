import { posix } from 'node:path'
import { error } from '../diagnostic/problem.ts'
import { asWritten } from './as-written.ts'
import { buildCommon } from './common-words.ts'
import type { Context } from './context.ts'
import { dataDirFault } from './data-dir.ts'
import { checkAskedPath, prometheusOwn } from './flags.ts'
import { buildJobFiles, jobDirectory } from './job-files.ts'
import { checkLabels, defaultReplicaLabel, labelNames, labelTexts } from './labels.ts'
import { checkLogFiles } from './log-files.ts'
import type { Cell, PrometheusSettings, YamlMap } from './model.ts'
import { filesNamedBy } from './named-files.ts'
import { durationFault, labelNameFault, sizeFault } from './names.ts'
import { at, isFromOutside, quote } from './place.ts'
import { furtherOf, type MergedPrometheus, withWholeFiles } from './prometheus-file.ts'
import { buildReplicas, type CellScope } from './replicas.ts'
import { buildRuleTests } from './rule-tests.ts'
import type { Generated } from './rules.ts'
import type { PrometheusText } from './schema.ts'
import { checkTargets, keptJobs, takenLabels } from './scrape.ts'
import { readScrapeConfigs, type ScrapeFiles } from './scrape-files.ts'
import { filesOfList, filesOfMap } from './shipped.ts'
import type { StandardRules } from './standard-rules.ts'
import { buildStandardRules } from './standard-rules.ts'
import { refuseKeys, upstreamList } from './upstream.ts'
import { isMap } from './upstream-values.ts'

const listen = { address: '0.0.0.0', port: 9090 }

/** Names below /etc/prometheus that promha writes. */
const ownFiles = ['prometheus.yml', 'rules', 'file_sd', jobDirectory]

/** A cell's Prometheus as it is written, with the files that `scrape_configs` names. */
type WrittenPrometheus = MergedPrometheus & ScrapeFiles

export function readPrometheus(text: PrometheusText, name: string, context: Context): WrittenPrometheus {
  const read = readScrapeConfigs(text, context)
  return { ...read, ...withWholeFiles(text, read.wholes, { name }, context) }
}

/**
 * The cell's Prometheus as the model has it, defaults filled in; problems are left in the context.
 * @param others the cell's other components that promha scrapes
 */
export function buildPrometheus(
  said: WrittenPrometheus,
  generated: Generated,
  others: Partial<Cell>,
  cell: CellScope,
  context: Context,
): PrometheusSettings {
  const { text } = said
  const { problems } = context
  const replicaLabel = buildReplicaLabel(text, context)
  const taken = takenLabels(replicaLabel)
  const global = (text.global ?? {}) as YamlMap
  checkGlobal(global, said, context)
  const names = labelNames(context, global)
  const externalLabels = labelTexts(text.external_labels ?? {})
  checkLabels(text.external_labels ?? {}, 'external_labels', taken, { ...names, internal: true }, problems)
  const targets = text.targets ?? {}
  checkTargets(targets, generated, taken, names, problems)
  const replicas = buildReplicas(text, cell, problems)
  const hosts = replicas.map(({ host }) => host)
  const common = buildCommon(text, { of: 'prometheus', own: prometheusOwn, hosts, listen }, cell, context)
  const unscraped = context.rules.unscrapedBy({ replicas, ...common }, others, cell.hosts)
  const rules = { generated, targets: Object.keys(targets), unscraped, taken, seen: new Map() }
  const kept = (jobs: readonly YamlMap[]) => keptJobs(jobs, rules, problems)
  const upstream = {
    scrapeConfigs: kept(said.jobs),
    remoteWrite: upstreamList(text, 'remote_write', context),
    alertRelabelConfigs: upstreamList(text, 'alert_relabel_configs', context),
    alertmanagers: upstreamList(text, 'alertmanagers', context),
  }
  const further = furtherOf(text, upstreamList(text, 'remote_read', context))
  const parts = [global, text.external_labels, ...Object.values(upstream), ...Object.values(further)].flat()
  const standardRules = buildStandardRules(text, others.exporters, problems)
  const files = buildFiles(said, kept, standardRules, context)
  checkLogFiles({ global, scrapeConfigs: upstream.scrapeConfigs, ...files }, problems)
  if (others.loadbalancer) checkAskedPath(common, hosts, 'prometheus', 'HAProxy', problems)
  return {
    replicas,
    replicaLabel,
    dataDir: buildDataDir(text, context),
    retention: buildRetention(text, context),
    global,
    externalLabels,
    ...upstream,
    ...(Object.keys(further).length > 0 ? { further } : {}),
    ...(parts.some(part => isMap(part) && isFromOutside(part)) ? { outside: true as const } : {}),
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, groups]) => [name, groups.map(targetGroup)]),
    ),
    ...(standardRules ? { standardRules } : {}),
    ruleTests: buildRuleTests(text, context),
    ...files,
    ...common,
  }
}

/** Every file that is shipped with prometheus.yml. */
function buildFiles(
  { text, naming, rules: rulePaths, jobFiles: jobPaths }: WrittenPrometheus,
  kept: (jobs: readonly YamlMap[]) => readonly YamlMap[],
  standard: readonly StandardRules[] | undefined,
  context: Context,
): Pick<PrometheusSettings, 'rules' | 'jobFiles' | 'files'> {
  const shippedRules = (standard ?? []).map(({ name }) => name)
  const fault = (name: string) => ruleNameFault(name, shippedRules)
  const rules = filesOfList(rulePaths, 'rules', fault, context).map(({ shipped }) => shipped)
  const jobFiles = buildJobFiles(jobPaths, kept, context)
  const files = filesOfMap(text.files ?? {}, ownFiles, context)
  const others = new Map([
    ...Object.keys(text.targets ?? {}).map(job => [`file_sd/${job}.yml`, 'a file of "targets:"'] as const),
    ...['prometheus.yml', 'rules/promha.yml', ...shippedRules].map(
      name => [name, 'a file of promha'] as const,
    ),
    ...[...rules, ...jobFiles.files].map(({ name, path }) => [name, quote(path)] as const),
  ])
  const shipped = { inventory: new Set(files.map(({ name }) => name)), others }
  const named = [...naming, ...jobFiles.naming].flatMap(one => filesNamedBy(one, shipped, context))
  return {
    rules,
    ...(jobFiles.files.length > 0 ? { jobFiles: jobFiles.files } : {}),
    files: [...files, ...named],
  }
}

function targetGroup(group: NonNullable<PrometheusText['targets']>[string][number]): YamlMap {
  return { targets: group.targets ?? [], ...(group.labels ? { labels: labelTexts(group.labels) } : {}) }
}

function ruleNameFault(name: string, standard: readonly string[]): string | undefined {
  const taken = ['rules/promha.yml', ...standard].some(own => `rules/${name}/`.startsWith(`${own}/`))
  return taken ? "is that of promha's own rules" : undefined
}

/** Labels with a meaning of their own, which the replica's name would replace. */
const otherLabels: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['cell', 'job', 'instance', 'promha'].map(label => [label, 'promha sets'])),
  ...Object.fromEntries(['alertname', '__name__', '__address__'].map(label => [label, 'Prometheus sets'])),
}

function buildReplicaLabel(text: PrometheusText, context: Context): string {
  const label = text.replica_label ?? defaultReplicaLabel
  // promha's own queries contain it. `__replica__` is the name that Mimir and Cortex expect.
  const names = { legacy: 'promha writes it into queries', internal: true }
  const fault = Object.hasOwn(otherLabels, label)
    ? `is a label that ${otherLabels[label]}`
    : labelNameFault(label, names)
  if (fault) {
    const remedy = `choose another name, such as ${defaultReplicaLabel} or __replica__`
    context.problems.push(
      error(`replica_label: ${quote(label)} ${fault}`, { ...at(text, 'replica_label'), remedy }),
    )
  }
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
  const retention = text.retention ?? {}
  const [time, size] = [asWritten(retention, 'time'), asWritten(retention, 'size')]
  const report = (key: string, fault: string | undefined) => {
    if (fault) context.problems.push(error(`retention.${key}: ${fault}`, at(retention, key)))
  }
  if (time != null) report('time', durationFault(time))
  if (size != null) report('size', sizeFault(size))
  return { ...(time == null ? {} : { time }), ...(size == null ? {} : { size }) }
}

function checkGlobal(global: YamlMap, { wholes }: WrittenPrometheus, context: Context): void {
  // In a whole prometheus.yml, external_labels belong below `global` and were read there.
  if (!wholes.some(({ value }) => value.global === global))
    refuseKeys(global, { external_labels: 'use "external_labels" beside "global"' }, context.problems)
  for (const key of ['scrape_interval', 'scrape_timeout', 'evaluation_interval']) {
    const value = asWritten(global, key)
    const fault = value === undefined ? undefined : durationFault(value)
    if (fault) context.problems.push(error(`global.${key}: ${fault}`, at(global, key)))
  }
}
