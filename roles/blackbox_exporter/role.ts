/** blackbox_exporter: the same modules on every prober, so that it does not matter which of them probes. */
import { basename, dirname } from 'node:path'
import { joinHostPort } from '../../src/inventory/endpoint.ts'
import type { ArtifactSettings, BlackboxSettings } from '../../src/inventory/model.ts'
import type { Instance, Resource } from '../../src/resource/model.ts'
import { writtenFrom } from '../../src/resource/rendered.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { orderOf } from '../../src/topology/order.ts'
import { flagCheck, flagWords, noPort } from '../flags.ts'
import { renderTemplate } from '../render.ts'
import { concealedIf, configFile, programs } from '../resources.ts'

const name = 'blackbox_exporter'
const user = 'blackbox-exp'
const program = '/usr/local/bin/blackbox_exporter'
const config = '/etc/blackbox_exporter.yml'
const root = dirname(config)
const flagEnd = {
  instead: [['config.file', 'flags-check.yml'], noPort.flag],
  accepted: [noPort.accepted],
  config: { name: 'flags-check.yml', content: 'modules: {}\n' },
} as const

/** One instance a prober, one after the other, so that one of them can always probe. */
export function blackboxInstances(
  cell: CellTopology,
  settings: BlackboxSettings,
  kind: ArtifactSettings['kind'],
  version: string,
): readonly Instance[] {
  const { listen, modules, outside } = settings
  const own = [
    ['config.file', config],
    ['web.listen-address', joinHostPort(listen)],
  ] as const
  const command = [program, ...flagWords(own, settings.flags)]
  const service = {
    kind: 'service',
    unit: 'blackbox_exporter.service',
    ports: [{ protocol: 'tcp', port: listen.port }],
  } as const
  const text = renderTemplate(name, 'blackbox_exporter.yml', { config: { modules } })
  const resources: readonly Resource[] = [
    // It keeps nothing, so it needs no home.
    { kind: 'user', name: user, home: '/nonexistent' },
    ...programs(name, kind, version),
    writtenFrom(concealedIf(outside, configFile(config, user, 'reload', text)), { modules }),
    {
      kind: 'unit',
      name: service.unit,
      content: renderTemplate(name, 'blackbox_exporter.service', { commandLine: { command } }),
    },
    service,
  ]
  return cell.probers.map(member => ({
    cell: cell.name,
    host: member.host,
    component: name,
    resources,
    service,
    checks: [
      flagCheck(command, root, settings.flags, flagEnd),
      {
        program,
        root,
        args: ['--config.check', '--config.file', basename(config)],
        ...(outside ? { withheld: outside } : {}),
      },
    ],
    health: { ...member.local, readyPath: `${member.pathPrefix ?? ''}/-/healthy`, loaded: 'blackbox' },
    ...orderOf(name),
  }))
}
