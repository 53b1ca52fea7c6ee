/** blackbox_exporter: the same modules on every prober, so that it does not matter which of them probes. */
import { basename, dirname, join } from 'node:path'
import type { ArtifactOrigin } from '../../src/inventory/artifact-origin.ts'
import type { BlackboxSettings } from '../../src/inventory/model.ts'
import type { Instance, Resource } from '../../src/resource/model.ts'
import { writtenFrom } from '../../src/resource/rendered.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { exporterInstances } from '../exporter.ts'
import { noPort } from '../flags.ts'
import { renderTemplate } from '../render.ts'
import { concealedIf, configFile, configTree, programs } from '../resources.ts'

const name = 'blackbox_exporter'
const user = 'blackbox-exp'
const program = '/usr/local/bin/blackbox_exporter'
const config = '/etc/blackbox_exporter.yml'
const root = dirname(config)
/** Where files are shipped to, and where relative paths of the config start: upstream takes the working directory. */
const filesRoot = '/etc/blackbox_exporter'
/** Where prometheus-community/ansible has the config: one that it left there would look as if it were read. */
const elsewhere = join(filesRoot, 'blackbox_exporter.yml')
const note = `# Written by promha. blackbox_exporter reads ${config}, and nothing reads this file.\n`
const flagEnd = {
  instead: [['config.file', 'flags-check.yml'], noPort.flag],
  accepted: [noPort.accepted],
  config: { name: 'flags-check.yml', content: 'modules: {}\n' },
} as const

/** One instance a prober, one after the other, so that one of them can always probe. */
export function blackboxInstances(
  cell: CellTopology,
  settings: BlackboxSettings,
  kind: ArtifactOrigin['kind'],
  version: string,
): readonly Instance[] {
  const { modules, files = [], outside } = settings
  const text = renderTemplate(name, 'blackbox_exporter.yml', { config: { modules } })
  const shipped = files.map(file => ({
    ...configFile(join(filesRoot, file.name), user, 'reload', file.content),
    concealed: true,
  }))
  const before: readonly Resource[] = [
    // It keeps nothing, so it needs no home.
    { kind: 'user', name: user, home: '/nonexistent' },
    ...programs(name, kind, version),
    writtenFrom(concealedIf(outside, configFile(config, user, 'reload', text)), { modules }),
    ...configTree(filesRoot, user, [
      ...shipped,
      { ...configFile(elsewhere, user, 'none', note), note: true },
    ]),
  ]
  const check = {
    program,
    root,
    args: ['--config.check', '--config.file', basename(config)],
    ...(outside || files.some(file => file.outside) ? { withheld: true as const } : {}),
  }
  return exporterInstances({
    ...{ name, cell: cell.name, members: cell.probers, settings, before },
    flags: listen => [
      ['config.file', config],
      ['web.listen-address', listen],
    ],
    values: { filesRoot: shipped.length > 0 ? filesRoot : '' },
    ...{ checkedIn: root, flagEnd, checks: [check] },
    ...{ readyPath: '/-/healthy', loaded: 'blackbox' },
  })
}
