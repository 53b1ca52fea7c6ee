import { posix } from 'node:path'
import { defined } from '../../src/diagnostic/defined.ts'
import { buildCommon } from '../../src/inventory/cell/common-words.ts'
import { checkAskedPath } from '../../src/inventory/cell/flags.ts'
import type { CellScope } from '../../src/inventory/cell/scope.ts'
import { filesOnAll, wordsOn } from '../../src/inventory/cell/words-on.ts'
import type { Context } from '../../src/inventory/context.ts'
import { filesOfList } from '../../src/inventory/file/user-files.ts'
import type { Cell, CellText, UserFile, YamlMap } from '../../src/inventory/model.ts'
import type { Generated } from '../../src/inventory/rules.ts'
import { asWritten } from '../../src/inventory/text/as-written.ts'
import { at, isFromOutside, quoted, wasRejected } from '../../src/inventory/text/place.ts'
import { checkLabels, labelNames, labelTexts, takenLabels } from '../../src/inventory/upstream/labels.ts'
import { refuseKeys, upstreamList } from '../../src/inventory/upstream/upstream.ts'
import { isYamlMap } from '../../src/inventory/upstream/upstream-values.ts'
import { dataDirFault } from '../../src/inventory/value/data-dir.ts'
import { durationFault, sizeFault } from '../../src/inventory/value/names.ts'
import type { BegunPart, CellPart } from '../part.ts'
import { storeRuleNames } from '../storage/rules.ts'
import { prometheusProblem } from './messages.ts'
import { federation } from './settings/federation.ts'
import { refuseAgent as checkFlags, prometheusOwnFlags } from './settings/flags.ts'
import { buildJobFiles, jobDirectory } from './settings/job-files.ts'
import { checkLogFiles } from './settings/log-files.ts'
import { filesNamedBy } from './settings/named-files.ts'
import { buildReplicaLabel, buildReplicas } from './settings/replicas.ts'
import { buildRuleTests } from './settings/rule-tests.ts'
import type { PrometheusSettings, PrometheusText, StandardRules } from './settings/schema.ts'
import { schema, upstreamParts } from './settings/schema.ts'
import { checkTargets, keptJobs } from './settings/scrape.ts'
import { readScrapeConfigs, type ScrapeFiles, scrapeRequests } from './settings/scrape-files.ts'
import { furtherOf, type MergedPrometheus, withWholeFiles } from './settings/whole-file.ts'

const listen = { address: '0.0.0.0', port: 9090 }

/** Keys with a list of maps in upstream's form, or the path of a file that holds it. */
const lists = ['remote_write', 'remote_read', 'alert_relabel_configs', 'alertmanagers']

/** Names below /etc/prometheus that promha writes. */
const ownFiles = ['prometheus.yml', 'rules', 'file_sd', jobDirectory]

/** A cell's Prometheus as it is written, with the files that `scrape_configs` names. */
type WrittenPrometheus = MergedPrometheus & ScrapeFiles

const part: CellPart<'prometheus'> = {
  key: 'prometheus',
  schema,
  open: true,
  upstream: [
    ...[...lists, 'scrape_configs'].map(key => `${key}.*.**`),
    ...upstreamParts.map(key => `${key}.**`),
  ],
  readHere: ['scrape_configs.*.job_name', 'scrape_configs.*.*.*.target_label'],
  names: { instead: lists, lists: ['rule_files', 'rule_tests'] },
  requests: scrapeRequests,
  first: begin,
  checkBeside: (said, { name, source }, { problems }, { alertmanager }) => {
    if (alertmanager || said.alertmanagers != null || wasRejected(said, 'alertmanagers')) return
    problems.push(prometheusProblem.alertsSentNowhere({ ...(source ? { source } : {}) }, name))
  },
}

export const prometheusParts: readonly CellPart[] = [part, federation]

function begin(text: PrometheusText, scope: CellScope, context: Context, cell: CellText): BegunPart {
  const read = readScrapeConfigs(text, context)
  const said = { ...read, ...withWholeFiles(text, read.wholes, { name: scope.name }, context) }
  const generated = context.rules.generatedJobs(cell)
  return {
    text: { ...cell, prometheus: said.text },
    build: others => {
      const { rules, exporters } = context.rules.standardRules(said.text, others.exporters, context.problems)
      const prometheus = buildPrometheus(said, { generated, others, standardRules: rules }, scope, context)
      return { prometheus, ...(exporters ? { exporters } : {}) }
    },
  }
}

interface Surroundings {
  readonly generated: Generated
  /** The cell's other components that promha scrapes. */
  readonly others: Partial<Cell>
  readonly standardRules: readonly StandardRules[] | undefined
}

function buildPrometheus(
  said: WrittenPrometheus,
  { generated, others, standardRules }: Surroundings,
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
  const externalRules = { taken, names: { ...names, internal: true } }
  checkLabels(text.external_labels ?? {}, 'external_labels', externalRules, problems)
  const targets = text.targets ?? {}
  checkTargets(targets, generated, { taken, names }, problems)
  const replicas = buildReplicas(text, cell, problems)
  const hosts = replicas.map(({ host }) => host)
  const kind = { of: 'prometheus', own: prometheusOwnFlags, checkFlags, hosts, listen, ownFiles }
  const common = buildCommon(text, kind, cell, context)
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
  const { files: shipped = [] } = common
  const ownRules = [...(standardRules ?? []).map(({ name }) => name), ...storeRuleNames(others.storage)]
  const beside = { kept, ownRules, files: shipped, onEach: filesOnAll(common, hosts) }
  const files = buildFiles(said, beside, context)
  checkLogFiles({ global, scrapeConfigs: upstream.scrapeConfigs, ...files }, problems)
  if (others.loadbalancer) checkAskedPath(wordsOn(common, hosts[0] ?? ''), 'prometheus', 'HAProxy', problems)
  return {
    replicas,
    replicaLabel,
    dataDir: buildDataDir(text, context),
    retention: buildRetention(text, context),
    global,
    externalLabels,
    ...upstream,
    ...(Object.keys(further).length > 0 ? { further } : {}),
    ...(parts.some(part => isYamlMap(part) && isFromOutside(part)) ? { outside: true as const } : {}),
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, groups]) => [
        name,
        groups.map(({ targets: own, labels }) => ({
          targets: own ?? [],
          ...(labels ? { labels: labelTexts(labels) } : {}),
        })),
      ]),
    ),
    ...(standardRules ? { standardRules } : {}),
    ruleTests: buildRuleTests(text, context),
    ...common,
    ...files,
  }
}

interface Beside {
  /** Those of the jobs that the cell's rules leave. */
  readonly kept: (jobs: readonly YamlMap[]) => readonly YamlMap[]
  /** Names of rule files that promha ships for this cell, besides `rules/promha.yml`. */
  readonly ownRules: readonly string[]
  /** What `files` names. */
  readonly files: readonly UserFile[]
  /** The same, with what `per_host` gives to every replica. */
  readonly onEach: readonly UserFile[]
}

function buildFiles(
  { text, naming, rules: rulePaths, jobFiles: jobPaths }: WrittenPrometheus,
  { kept, ownRules, files, onEach }: Beside,
  context: Context,
): Pick<PrometheusSettings, 'rules' | 'jobFiles' | 'files'> {
  const own = ['rules/promha.yml', ...ownRules]
  const fault = (name: string) =>
    own.some(one => `rules/${name}/`.startsWith(`${one}/`)) ? "is that of promha's own rules" : undefined
  const rules = filesOfList(rulePaths, 'rules', fault, context).map(({ userFile }) => userFile)
  const jobFiles = buildJobFiles(jobPaths, kept, context)
  const others = new Map([
    ...Object.keys(text.targets ?? {}).map(job => [`file_sd/${job}.yml`, 'a file of "targets:"'] as const),
    ...['prometheus.yml', ...own].map(name => [name, 'a file of promha'] as const),
    ...[...rules, ...jobFiles.files].map(({ name, path }) => [name, quoted(path)] as const),
  ])
  const shipped = { inventory: new Set(onEach.map(({ name }) => name)), others }
  const named = [...naming, ...jobFiles.naming].flatMap(one => filesNamedBy(one, shipped, context))
  return {
    rules,
    ...(jobFiles.files.length > 0 ? { jobFiles: jobFiles.files } : {}),
    files: [...files, ...named],
  }
}

function buildDataDir(text: PrometheusText, context: Context): string {
  const directory = text.data_dir ?? '/var/lib/prometheus'
  const normal = posix.normalize(directory).replace(/(.)\/+$/, '$1')
  const fault = dataDirFault(directory, normal)
  if (fault) context.problems.push(prometheusProblem.badDataDir(at(text, 'data_dir'), directory, fault))
  return normal
}

function buildRetention(text: PrometheusText, context: Context): PrometheusSettings['retention'] {
  const retention = text.retention ?? {}
  const [time, size] = [asWritten(retention, 'time'), asWritten(retention, 'size')]
  const report = (key: string, fault: string | undefined) => {
    if (fault) context.problems.push(prometheusProblem.badRetention(at(retention, key), key, fault))
  }
  if (time != null) report('time', durationFault(time))
  if (size != null) report('size', sizeFault(size))
  return defined({ time, size })
}

function checkGlobal(global: YamlMap, { wholes }: WrittenPrometheus, context: Context): void {
  // In a whole prometheus.yml, external_labels belong below `global` and were read there.
  if (!wholes.some(({ value }) => value.global === global))
    refuseKeys(global, { external_labels: 'Use "external_labels" beside "global".' }, context.problems)
  for (const key of ['scrape_interval', 'scrape_timeout', 'evaluation_interval']) {
    const value = asWritten(global, key)
    const fault = value === undefined ? undefined : durationFault(value)
    if (fault) context.problems.push(prometheusProblem.badGlobal(at(global, key), key, fault))
  }
}
