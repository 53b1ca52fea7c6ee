/** Prometheus: a replica of a cell becomes the resources of its host. */
import { dirname, join } from 'node:path'
import { error, ProblemError, type SourceRange } from '../../src/diagnostic/problem.ts'
import type { ArtifactOrigin } from '../../src/inventory/artifact-origin.ts'
import { logFiles } from '../../src/inventory/log-files.ts'
import type { PrometheusSettings } from '../../src/inventory/model.ts'
import { wordsOn } from '../../src/inventory/words-on.ts'
import type { BundleCheck, FileResource, Instance, Resource } from '../../src/resource/model.ts'
import { writtenFrom } from '../../src/resource/rendered.ts'
import type { CellTopology, Replica } from '../../src/topology/model.ts'
import { orderOf } from '../../src/topology/order.ts'
import { checkedCopies } from '../checked-copy.ts'
import { featureFlag, featuresIn, flagCheck, listening } from '../flags.ts'
import { renderTemplate } from '../render.ts'
import { atLeast, concealedIf, configFile, configTree, directory, programs } from '../resources.ts'
import { environmentFiles, unitWords } from '../words.ts'
import { yamlText } from '../yaml.ts'
import { prometheusConfig, targetsFile } from './config.ts'
import { prometheusCommand } from './flags.ts'
import { shippedRules } from './rules.ts'

const prometheusRoot = '/etc/prometheus'
const name = 'prometheus'

/**
 * One instance a replica, in the order in which they are changed.
 * @param balanced where the load balancer is written that may share its port
 */
export function prometheusInstances(
  cell: CellTopology,
  settings: PrometheusSettings,
  kind: ArtifactOrigin['kind'],
  version: string,
  balanced?: SourceRange,
): readonly Instance[] {
  const files = prometheusFiles(cell, settings)
  const before: readonly Resource[] = [
    { kind: 'user', name, home: settings.dataDir },
    ...programs(name, kind, version),
    ...configTree(prometheusRoot, name, files),
    { ...directory(settings.dataDir, name, name, 0o750), data: true },
  ]
  const logs = logFiles(settings)
  const seen = checkedCopies(prometheusRoot, files, isConfig)
  return cell.replicas.map(replica => {
    checkListens(replica, version, cell.name, balanced)
    const command = prometheusCommand(settings, version, replica.host, replica.listens)
    const unit = unitOf(replica, settings, command, logs)
    const flags = flagCheck(command, prometheusRoot, wordsOn(settings, replica.host).flags, flagEnd)
    const checks = [flags, configCheck(command, settings, seen)]
    return instanceOf(cell, replica, settings, before, unit, checks, logs)
  })
}

/** The bundle: prometheus.yml and all that it names. Byte for byte the same on every replica. */
export function prometheusFiles(cell: CellTopology, settings: PrometheusSettings): readonly FileResource[] {
  const ours = shippedRules(settings.standardRules)
  const rules = [...ours, ...settings.rules].map(rule => rule.name)
  const config = prometheusConfig(cell, settings, rules)
  const file = (
    path: string,
    effect: FileResource['effect'],
    content: string | Uint8Array,
    outside?: boolean,
  ) => concealedIf(outside, configFile(join(prometheusRoot, path), name, effect, content))
  return [
    ...settings.files.map(shipped => ({
      ...file(shipped.name, shipped.watched ? 'none' : 'reload', shipped.content),
      concealed: true,
    })),
    ...(settings.jobFiles ?? []).map(({ jobs, changed, ...shipped }) =>
      changed
        ? writtenFrom(file(shipped.name, 'reload', yamlText({ scrape_configs: jobs }), shipped.outside), {
            scrape_configs: jobs,
          })
        : file(shipped.name, 'reload', shipped.content, shipped.outside),
    ),
    ...Object.entries(settings.targets).map(([job, groups]) =>
      file(targetsFile(job), 'none', renderTemplate(name, 'targets.yml', { groups })),
    ),
    ...ours.map(rule => file(rule.name, 'reload', rule.content)),
    ...settings.rules.map(rule => file(rule.name, 'reload', rule.content, rule.outside)),
    writtenFrom(
      file('prometheus.yml', 'reload', renderTemplate(name, 'prometheus.yml', { config }), settings.outside),
      config,
    ),
  ]
}

/** Whether promtool could quote what lies outside the inventory's directory. */
function isFromOutside({ outside, rules, files, jobFiles = [] }: PrometheusSettings): boolean {
  return outside === true || [...rules, ...files, ...jobFiles].some(shipped => shipped.outside)
}

/** Throws a ProblemError where it would have to listen on several addresses and is too old for that. */
function checkListens(
  { host, port, listens = [] }: Replica,
  version: string,
  cell: string,
  source: SourceRange | undefined,
): void {
  if (listens.length < 2 || atLeast(version, '3.0.0-0')) return
  const summary = `Prometheus ${version} cannot share port ${port} of host ${host} with the load balancer of cell ${cell}`
  throw new ProblemError([
    error(summary, {
      detail: 'It would have to listen on two addresses, which Prometheus 3.0 and newer can.',
      ...(source === undefined ? {} : { source }),
      remedy: `give the load balancer a port other than ${port}, or use a newer Prometheus`,
    }),
  ])
}

/** Features of PromQL change what a rule may hold. Of any other promtool only says that it does not know it. */
function isOfPromtool(feature: string): boolean {
  return feature.startsWith('promql-') && feature !== 'promql-per-step-stats'
}

/** It looks for its config after all flags, and ends if there is none. */
const flagEnd = {
  instead: [['config.file', '/nonexistent']],
  accepted: ['Error loading config'],
} as const

function isConfig(file: string): boolean {
  return file === 'prometheus.yml' || file.startsWith('scrape_configs/')
}

function configCheck(
  command: readonly string[],
  settings: PrometheusSettings,
  seen: NonNullable<BundleCheck['seen']>,
): BundleCheck {
  return {
    program: '/usr/local/bin/promtool',
    root: prometheusRoot,
    args: ['check', 'config', ...featureFlag(featuresIn(command).filter(isOfPromtool)), 'prometheus.yml'],
    seen,
    ...(isFromOutside(settings) ? { withheld: true } : {}),
  }
}

function unitOf(
  replica: Replica,
  settings: PrometheusSettings,
  command: readonly string[],
  logs: readonly string[],
): string {
  const { dataDir } = settings
  const directories = [...new Set(logs.map(dirname))].filter(path => !`${path}/`.startsWith(`${dataDir}/`))
  return renderTemplate(name, 'prometheus.service', {
    dataDir,
    // One that is missing must not keep Prometheus from telling so itself.
    logDirectories: directories.map(path => `-${path}`),
    writesHome: [dataDir, ...directories].some(path => /^\/(home|root|run\/user)(\/|$)/.test(path)),
    environment: `REPLICA=${replica.name}`,
    commandLine: { command },
    words: unitWords(name, wordsOn(settings, replica.host)),
  })
}

function instanceOf(
  cell: CellTopology,
  replica: Replica,
  settings: PrometheusSettings,
  before: readonly Resource[],
  unit: string,
  checks: readonly BundleCheck[],
  logs: readonly string[],
): Instance {
  // promha creates the data directory itself.
  const writes = logs.filter(path => dirname(path) !== settings.dataDir)
  const listens = replica.listens ?? [wordsOn(settings, replica.host).listen]
  const addresses = listens.map(({ address }) => address)
  const service = {
    kind: 'service',
    unit: 'prometheus.service',
    ports: listening(replica.port, addresses, 'tcp'),
  } as const
  return {
    cell: cell.name,
    host: replica.host,
    component: name,
    resources: [
      ...before,
      ...environmentFiles(name, wordsOn(settings, replica.host)),
      { kind: 'unit', name: service.unit, content: unit },
      service,
    ],
    ...(writes.length > 0 ? { writes } : {}),
    service,
    checks,
    health: { ...replica.local, readyPath: `${replica.pathPrefix ?? ''}/-/ready`, loaded: 'prometheus' },
    ...orderOf(name),
  }
}
