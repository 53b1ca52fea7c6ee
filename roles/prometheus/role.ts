/** Prometheus: a replica of a cell becomes the resources of its host. */
import { dirname, join } from 'node:path'
import { ProblemError, type SourceRange } from '../../src/diagnostic/problem.ts'
import { holdsOutside, wordsOn } from '../../src/inventory/cell/words-on.ts'
import type { Endpoint, UserFile } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import type { FileResource, Resource } from '../../src/resource/model.ts'
import { writtenFrom } from '../../src/resource/rendered.ts'
import { webUrl } from '../../src/topology/address/opened.ts'
import type { CellTopology, Replica } from '../../src/topology/model.ts'
import { takesSeveral } from '../addresses.ts'
import { unitInstance } from '../common/exporter.ts'
import { atLeast, concealedIf, configFile, configTree, directory, programs } from '../common/resources.ts'
import { environmentFiles, unitTexts, userFiles } from '../common/words.ts'
import type { Role } from '../component.ts'
import { storeRules } from '../storage/rules.ts'
import { layoutsOf } from '../storage/stores.ts'
import { checkedCopies } from '../text/checked-copy.ts'
import type { FlagValue } from '../text/flags.ts'
import { featureFlag, featuresIn, flagCheck, flagWords, listeningOn, withFeature } from '../text/flags.ts'
import { renderTemplate } from '../text/render.ts'
import { yamlText } from '../text/yaml.ts'
import { prometheus } from './component.ts'
import { prometheusConfig, targetsFile } from './config.ts'
import { prometheusProblem } from './messages.ts'
import { promhaRules } from './rules.ts'
import { logFiles } from './settings/log-files.ts'
import type { PrometheusSettings } from './settings/schema.ts'

const prometheusRoot = '/etc/prometheus'
const name = 'prometheus'
const place = { root: prometheusRoot, group: name, effect: 'reload' } as const

/** One instance a replica, in the order in which they are changed. */
export const prometheusInstances: Role = (
  cell,
  { prometheus: settings, loadbalancer, storage },
  released,
) => {
  if (!settings) return []
  const { kind, version } = released(name)
  const bundle = prometheusFiles(cell, settings)
  // promtool could quote what lies outside the inventory's directory.
  const isOutside = holdsOutside(settings, [...settings.rules, ...(settings.jobFiles ?? [])])
  const withheld = isOutside ? { withheld: true as const } : {}
  const logs = logFiles(settings)
  // promha creates the data directory itself.
  const versionOf = (component: string) => released(component).version
  const stored = layoutsOf(storage).flatMap(
    ({ replicaFlags }) => replicaFlags?.({ dataDir: settings.dataDir, prometheus: version, versionOf }) ?? [],
  )
  // The same on every replica, so that their alerts link to one place that outlives either.
  const queried = loadbalancer && { address: loadbalancer.vip.address, port: loadbalancer.port }
  const writes = logs.filter(path => dirname(path) !== settings.dataDir)
  return cell.replicas.map(replica => {
    checkListens(replica, version, cell.name, loadbalancer?.source)
    const files = [...userFiles(settings, replica.host, place), ...bundle]
    const before: readonly Resource[] = [
      { kind: 'user', name, home: settings.dataDir },
      ...programs(name, kind, version),
      ...configTree(prometheusRoot, name, files),
      { ...directory(settings.dataDir, name, name, 0o750), data: true },
    ]
    const command = prometheusCommand(settings, version, replica, { sinks: cell.sinks, stored, queried })
    const features = featuresIn(command).filter(isOfPromtool)
    const words = wordsOn(settings, replica.host)
    return unitInstance({
      cell: cell.name,
      host: replica.host,
      component: name,
      before: [...before, ...environmentFiles(name, words)],
      content: unitOf(replica, settings, command, logs),
      ports: listeningOn(replica.listens ?? [words.listen]),
      ...(writes.length > 0 ? { writes } : {}),
      checks: [
        flagCheck(command, prometheusRoot, words.flags, flagEnd),
        {
          program: '/usr/local/bin/promtool',
          root: prometheusRoot,
          args: ['check', 'config', ...featureFlag(features), 'prometheus.yml'],
          seen: checkedCopies(prometheusRoot, files, isConfig),
          ...withheld,
        },
      ],
      health: { ...replica.local, readyPath: `${replica.pathPrefix ?? ''}/-/ready`, loaded: 'prometheus' },
    })
  })
}

/** prometheus.yml, its rules and its targets, byte for byte the same on every replica. */
export function prometheusFiles(cell: CellTopology, settings: PrometheusSettings): readonly FileResource[] {
  const ours = promhaRules(settings.standardRules, storeRules(cell))
  const rules = [...ours, ...settings.rules].map(rule => rule.name)
  const config = prometheusConfig(cell, settings, rules)
  const fileAt = (path: string, content: string | Uint8Array, effect: FileResource['effect'] = 'reload') =>
    configFile(join(prometheusRoot, path), name, effect, content)
  const shipped = (file: Pick<UserFile, 'name' | 'content' | 'outside'>) =>
    concealedIf(file.outside, fileAt(file.name, file.content))
  const main = fileAt('prometheus.yml', renderTemplate(name, 'prometheus.yml', { config }))
  return [
    ...(settings.jobFiles ?? []).map(({ jobs, changed, ...file }) => {
      const value = { scrape_configs: jobs }
      return changed ? writtenFrom(shipped({ ...file, content: yamlText(value) }), value) : shipped(file)
    }),
    ...Object.entries(settings.targets).map(([job, groups]) =>
      fileAt(targetsFile(job), renderTemplate(name, 'targets.yml', { groups }), 'none'),
    ),
    ...[...ours, ...settings.rules].map(shipped),
    writtenFrom(concealedIf(settings.outside, main), config),
  ]
}

/** Throws a ProblemError where it would have to listen on several addresses and is too old for that. */
function checkListens(
  { host, port, listens = [] }: Replica,
  version: string,
  cell: string,
  source: SourceRange | undefined,
): void {
  if (listens.length < 2 || takesSeveral(prometheus, version)) return
  const from = prometheus.severalAddressesFrom ?? ''
  throw new ProblemError([
    prometheusProblem.portNotShared(source ? { source } : {}, { version, port, host, cell, from }),
  ])
}

/** Features of PromQL change what a rule may hold. Of any other promtool only says that it does not know it. */
function isOfPromtool(feature: string): boolean {
  return feature.startsWith('promql-') && feature !== 'promql-per-step-stats'
}

function isConfig(file: string): boolean {
  return file === 'prometheus.yml' || file.startsWith('scrape_configs/')
}

/** It looks for its config after all flags, and ends if there is none. */
const flagEnd = { instead: [['config.file', '/nonexistent']], accepted: ['Error loading config'] } as const

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
    words: unitTexts(name, wordsOn(settings, replica.host)),
  })
}

/** What the rest of the cell says of it. */
interface OfCell extends Pick<CellTopology, 'sinks'> {
  /** What its long-term stores need of it. */
  readonly stored: readonly (readonly [string, string])[]
  /** The one address of all replicas; absent: there is none. */
  readonly queried: Endpoint | undefined
}

/** The program and its arguments. Retention is said by flags, which every version takes; a config below 3.11 not. */
function prometheusCommand(
  settings: PrometheusSettings,
  version: string,
  replica: Replica,
  { sinks, stored, queried }: OfCell,
): readonly string[] {
  const { retention, dataDir } = settings
  const { listens, pathPrefix } = replica
  const { listen, flags } = wordsOn(settings, replica.host)
  const own: (readonly [string, FlagValue])[] = [
    ['config.file', '/etc/prometheus/prometheus.yml'],
    ['storage.tsdb.path', dataDir],
    ['web.listen-address', (listens ?? [listen]).map(joinHostPort)],
    // By itself it would take the host's name, which the reader of a notification may not be able to resolve.
    ['web.external-url', webUrl(queried ?? replica, pathPrefix)],
  ]
  if (retention.time !== undefined) own.push(['storage.tsdb.retention.time', retention.time])
  if (retention.size !== undefined) own.push(['storage.tsdb.retention.size', retention.size])
  // A sink that is down holds up a stop or a reload for twice as long, by default two minutes, and nothing is scraped meanwhile.
  if (settings.remoteWrite.length + sinks.length > 0) own.push(['storage.remote.flush-deadline', '10s'])
  own.push(...stored)
  // Before 3.0 the replica's name in external_labels is expanded only where a feature is on: without it, a = b.
  const expanding = atLeast(version, '3.0.0-0') ? flags : withFeature(flags, 'expand-external-labels')
  return ['/usr/local/bin/prometheus', ...flagWords(own, expanding)]
}
