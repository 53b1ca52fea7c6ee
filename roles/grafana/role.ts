/** Grafana: what it shows comes from files only, so that it is the same on each host and needs no copy. */
import { wordsOn } from '../../src/inventory/cell/words-on.ts'
import type { Cell } from '../../src/inventory/model.ts'
import type { BundleCheck, FileResource, Instance, Resource } from '../../src/resource/model.ts'
import { ownConfig } from '../../src/shell/syntax/layout.ts'
import type { CellTopology, Member } from '../../src/topology/model.ts'
import { programInstance } from '../common/exporter.ts'
import { concealedIf, configFile, configTree, directory, programs, scriptFile } from '../common/resources.ts'
import { unitTexts, userFiles } from '../common/words.ts'
import type { Role } from '../component.ts'
import { renderTemplate } from '../text/render.ts'
import { dataDir, grafanaIni, grafanaRoot } from './config.ts'
import { shippedDashboards } from './dashboards.ts'
import { datasourcesOf } from './datasources.ts'
import type { GrafanaSettings } from './settings.ts'

const name = 'grafana'
const home = '/usr/local/share/grafana'
const databaseScript = `${ownConfig}/grafana-database`
const place = { root: grafanaRoot, group: name, effect: 'restart' } as const
const readyPath = '/api/health'

/** One instance a host, one after the other, so that one of them can always be looked at. */
export const grafanaInstances: Role = (topology, cell, released) => {
  const { grafana: settings } = cell
  if (!settings) return []
  const { kind, version } = released(name)
  const prometheus = cell.prometheus ? released('prometheus').version : undefined
  const script = renderTemplate(name, 'grafana-database.sh', {})
  const shown = [...provisioning(cell, topology, prometheus), ...dashboards(settings)]
  return topology.grafanas.map((member): Instance => {
    const words = wordsOn(settings, member.host)
    const files = [...userFiles(settings, member.host, place), ...shown, iniOf(settings, member)]
    const before: readonly Resource[] = [
      { kind: 'user', name, home: dataDir },
      ...programs(name, kind, version),
      directory(ownConfig, 'root', 'root', 0o755),
      scriptFile(databaseScript, 'none', script),
      ...configTree(grafanaRoot, name, files),
      { ...directory(dataDir, name, name, 0o750), data: true },
    ]
    const content = renderTemplate(name, 'grafana.service', {
      dataDir,
      home,
      words: unitTexts(name, words),
      database: settings.config.sharesDatabase
        ? undefined
        : { command: ['/bin/sh', databaseScript, 'start', dataDir, version] },
      commandLine: {
        command: [
          ...[`${home}/bin/grafana`, 'server', '--homepath', home],
          ...['--config', `${grafanaRoot}/grafana.ini`],
        ],
      },
    })
    return programInstance({
      ...{ cell: cell.name, component: name, member, words, content, before, readyPath, loaded: 'none' },
      listens: [listenOf(member, settings)],
      checks: settings.config.sharesDatabase ? [] : [databaseCheck(script, version)],
    })
  })
}

/** Where its topology has it answer, unless it listens on all addresses. */
function listenOf({ host, local }: Member, settings: GrafanaSettings) {
  return settings.vip ? local : wordsOn(settings, host).listen
}

function iniOf(settings: GrafanaSettings, member: Member): FileResource {
  const { config } = settings
  const content = grafanaIni(config, listenOf(member, settings))
  const file = configFile(`${grafanaRoot}/grafana.ini`, name, 'restart', content)
  // Any of its lines may hold a password.
  return config.outside ? concealedIf(true, file) : { ...file, concealed: true }
}

function provisioning(cell: Cell, topology: CellTopology, version: string | undefined) {
  const below = `${grafanaRoot}/provisioning`
  const file = (path: string, config: unknown) =>
    configFile(
      `${below}/${path}/promha.yml`,
      name,
      'restart',
      renderTemplate(name, 'provisioned.yml', { config }),
    )
  const provider = (folder: string, path: string, options: object = {}) => ({
    ...{ name: `promha-${path}`, type: 'file', folder, allowUiUpdates: false, updateIntervalSeconds: 30 },
    options: { path: `${grafanaRoot}/dashboards/${path}`, ...options },
  })
  return [
    file('datasources', datasourcesOf(cell, topology, version)),
    file('dashboards', {
      apiVersion: 1,
      providers: [
        provider('promha', 'promha'),
        ...(cell.grafana?.dashboards.length
          ? [provider('', 'own', { foldersFromFilesStructure: true })]
          : []),
      ],
    }),
  ]
}

/** Grafana looks at them every half minute. */
function dashboards({ dashboards: own }: GrafanaSettings): readonly FileResource[] {
  const below = `${grafanaRoot}/dashboards/promha`
  return [
    ...shippedDashboards().map(({ file, content }) => configFile(`${below}/${file}`, name, 'none', content)),
    ...own.map(file =>
      concealedIf(file.outside, configFile(`${grafanaRoot}/${file.name}`, name, 'none', file.content)),
    ),
  ]
}

/** Whether the database can be that of this version, before anything is changed. What it asks may have put anything there, so it looks as itself. */
function databaseCheck(script: string, version: string): BundleCheck {
  const asItself = `id -u ${name} >/dev/null 2>&1 || exit 0; exec runuser -u ${name} -- /bin/sh -c "$@"`
  return {
    ...{ program: '/bin/sh', tool: name, root: grafanaRoot, hostOnly: true },
    args: ['-c', asItself, 'sh', script, 'grafana-database', 'check', dataDir, version],
  }
}
