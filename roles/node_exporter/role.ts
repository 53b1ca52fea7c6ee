/** node_exporter: the same on every host that it runs on. */

import { joinHostPort } from '../../src/inventory/endpoint.ts'
import type { ArtifactSettings, NodeExporterSettings } from '../../src/inventory/model.ts'
import { wordsOn } from '../../src/inventory/words-on.ts'
import type { Instance, Resource } from '../../src/resource/model.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { orderOf } from '../../src/topology/order.ts'
import { flagCheck, flagWords, listening, noPort } from '../flags.ts'
import { renderTemplate } from '../render.ts'
import { directory, programs } from '../resources.ts'

const name = 'node_exporter'
/** Other programs leave metrics there as `*.prom` files; root alone may, until the admin gives the directory to a group. */
const textfiles = '/var/lib/node_exporter'
const flagEnd = { instead: [noPort.flag], accepted: [noPort.accepted] } as const

/** One instance a host; all may be changed at once, since none stands in for another. */
export function nodeExporterInstances(
  cell: CellTopology,
  settings: NodeExporterSettings,
  kind: ArtifactSettings['kind'],
  version: string,
): readonly Instance[] {
  const before: readonly Resource[] = [
    { kind: 'user', name: 'node-exp', home: textfiles },
    ...programs(name, kind, version),
    { ...directory(textfiles, 'root', 'root', 0o755), shared: true },
  ]
  return cell.nodeExporters.map(member => {
    const { listen, flags } = wordsOn(settings, member.host)
    const own = [
      ['web.listen-address', joinHostPort(listen)],
      ['collector.textfile.directory', textfiles],
    ] as const
    const command = ['/usr/local/bin/node_exporter', ...flagWords(own, flags)]
    const service = {
      kind: 'service',
      unit: 'node_exporter.service',
      ports: listening(listen, 'tcp'),
    } as const
    const content = renderTemplate(name, 'node_exporter.service', { commandLine: { command } })
    return {
      cell: cell.name,
      host: member.host,
      component: name,
      resources: [...before, { kind: 'unit', name: service.unit, content }, service],
      service,
      checks: [flagCheck(command, textfiles, flags, flagEnd)],
      // Its landing page: the metrics take far more work, and Prometheus asks for them anyway.
      health: { ...member.local, readyPath: '/', loaded: 'none' },
      ...orderOf(name),
    }
  })
}
