/** Prometheus: a replica of a cell becomes the resources of its host. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ArtifactSettings, PrometheusSettings } from '../../src/inventory/model.ts'
import { packageRoot } from '../../src/package-root.ts'
import type { FileResource, Instance, Resource } from '../../src/resource/model.ts'
import type { CellTopology, Replica } from '../../src/topology/model.ts'
import { orderOf } from '../../src/topology/order.ts'
import { flagCheck } from '../flags.ts'
import { renderTemplate } from '../render.ts'
import { configFile, configTree, directory, programs } from '../resources.ts'
import { prometheusConfig, targetsFile } from './config.ts'
import { prometheusCommand } from './flags.ts'

export const prometheusRoot = '/etc/prometheus'
const name = 'prometheus'
/** promha's own rules, relative to the config. */
export const shippedRules = 'rules/promha.yml'

/** One instance a replica, in the order in which they are changed. */
export function prometheusInstances(
  cell: CellTopology,
  settings: PrometheusSettings,
  kind: ArtifactSettings['kind'],
  version: string,
): readonly Instance[] {
  const before: readonly Resource[] = [
    { kind: 'user', name, home: settings.dataDir },
    ...programs(name, kind, version),
    ...configTree(prometheusRoot, name, prometheusFiles(cell, settings)),
    { ...directory(settings.dataDir, name, name, 0o750), data: true },
  ]
  const command = prometheusCommand(settings, version)
  return cell.replicas.map(replica =>
    instanceOf(cell, replica, before, unitOf(replica, settings.dataDir, command), command),
  )
}

/** The bundle: prometheus.yml and all that it names. Byte for byte the same on every replica. */
export function prometheusFiles(cell: CellTopology, settings: PrometheusSettings): readonly FileResource[] {
  const rules = [shippedRules, ...settings.rules.map(rule => rule.name)]
  const config = prometheusConfig(cell, settings, rules)
  const file = (path: string, effect: FileResource['effect'], content: string | Uint8Array) =>
    configFile(join(prometheusRoot, path), name, effect, content)
  return [
    ...settings.files.map(shipped => ({ ...file(shipped.name, 'reload', shipped.content), concealed: true })),
    ...Object.entries(settings.targets).map(([job, groups]) =>
      file(targetsFile(job), 'none', renderTemplate(name, 'targets.yml', { groups })),
    ),
    file(shippedRules, 'reload', readShippedRules()),
    ...settings.rules.map(rule => file(rule.name, 'reload', rule.content)),
    file('prometheus.yml', 'reload', renderTemplate(name, 'prometheus.yml', { config })),
  ]
}

function readShippedRules(): string {
  return readFileSync(join(packageRoot(), 'roles', name, shippedRules), 'utf8')
}

function unitOf(replica: Replica, dataDir: string, command: readonly string[]): string {
  return renderTemplate(name, 'prometheus.service', {
    dataDir,
    dataInHome: /^\/(home|root|run\/user)(\/|$)/.test(dataDir),
    environment: `REPLICA=${replica.name}`,
    commandLine: { command },
  })
}

function instanceOf(
  cell: CellTopology,
  replica: Replica,
  before: readonly Resource[],
  unit: string,
  command: readonly string[],
): Instance {
  const service = {
    kind: 'service',
    unit: 'prometheus.service',
    ports: [{ protocol: 'tcp', port: replica.port }],
  } as const
  return {
    cell: cell.name,
    host: replica.host,
    component: name,
    resources: [...before, { kind: 'unit', name: service.unit, content: unit }, service],
    service,
    checks: [
      flagCheck(command, prometheusRoot),
      {
        program: '/usr/local/bin/promtool',
        root: prometheusRoot,
        args: ['check', 'config', 'prometheus.yml'],
      },
    ],
    health: { ...replica.local, readyPath: `${replica.pathPrefix ?? ''}/-/ready`, loaded: 'prometheus' },
    ...orderOf(name),
  }
}
