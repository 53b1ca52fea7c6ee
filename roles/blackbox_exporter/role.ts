/** blackbox_exporter: the same modules on every prober, so that it does not matter which of them probes. */
import { basename, dirname, join } from 'node:path'
import { holdsOutside } from '../../src/inventory/cell/words-on.ts'
import type { FileResource, Resource } from '../../src/resource/model.ts'
import { writtenFrom } from '../../src/resource/rendered.ts'
import { exporterInstances } from '../common/exporter.ts'
import { concealedIf, configFile, configTree, programs } from '../common/resources.ts'
import type { Role } from '../component.ts'
import { noPort } from '../text/flags.ts'
import { renderTemplate } from '../text/render.ts'

const name = 'blackbox_exporter'
const user = 'blackbox-exp'
const program = '/usr/local/bin/blackbox_exporter'
const config = '/etc/blackbox_exporter.yml'
const root = dirname(config)
/** Where files are shipped to, and where relative paths of the config start: upstream takes the working directory. */
const filesRoot = '/etc/blackbox_exporter'
const place = { root: filesRoot, group: user, effect: 'reload' } as const
/** Where prometheus-community/ansible has the config: one that it left there would look as if it were read. */
const elsewhere = join(filesRoot, 'blackbox_exporter.yml')
const note = `# Written by promha. blackbox_exporter reads ${config}, and nothing reads this file.\n`
const flagEnd = {
  instead: [['config.file', 'flags-check.yml'], noPort.flag],
  accepted: [noPort.accepted],
  config: { name: 'flags-check.yml', content: 'modules: {}\n' },
} as const

/** One instance a prober, one after the other, so that one of them can always probe. */
export const blackboxInstances: Role = (cell, { blackbox: settings }, released) => {
  if (!settings) return []
  const { kind, version } = released(name)
  const { modules, outside } = settings
  const text = renderTemplate(name, 'blackbox_exporter.yml', { config: { modules } })
  const written = writtenFrom(concealedIf(outside, configFile(config, user, 'reload', text)), { modules })
  const before = (shipped: readonly FileResource[]): readonly Resource[] => [
    // It keeps nothing, so it needs no home.
    { kind: 'user', name: user, home: '/nonexistent' },
    ...programs(name, kind, version),
    written,
    ...configTree(filesRoot, user, [
      ...shipped,
      { ...configFile(elsewhere, user, 'none', note), note: true },
    ]),
  ]
  const check = {
    program,
    root,
    args: ['--config.check', '--config.file', basename(config)],
    ...(holdsOutside(settings) ? { withheld: true as const } : {}),
  }
  return exporterInstances({
    ...{ name, cell: cell.name, members: cell.probers, settings, place, before },
    flags: listen => [
      ['config.file', config],
      ['web.listen-address', listen],
    ],
    values: shipped => ({ filesRoot: shipped.length > 0 ? filesRoot : '' }),
    ...{ checkedIn: root, flagEnd, checks: [check] },
    ...{ readyPath: '/-/healthy', loaded: 'blackbox' },
  })
}
