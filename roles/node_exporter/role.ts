/** node_exporter: the same on every host that it runs on. */

import type { ArtifactOrigin } from '../../src/inventory/artifact-origin.ts'
import type { ExporterSettings } from '../../src/inventory/model.ts'
import type { Instance, Resource } from '../../src/resource/model.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { exporterInstances } from '../exporter.ts'
import { noPort } from '../flags.ts'
import { directory, programs } from '../resources.ts'

const name = 'node_exporter'
/** Other programs leave metrics there as `*.prom` files; root alone may, until the admin gives the directory to a group. */
const textfiles = '/var/lib/node_exporter'
const flagEnd = { instead: [noPort.flag], accepted: [noPort.accepted] } as const

/** One instance a host; all may be changed at once, since none stands in for another. */
export function nodeExporterInstances(
  cell: CellTopology,
  settings: ExporterSettings,
  kind: ArtifactOrigin['kind'],
  version: string,
): readonly Instance[] {
  const before: readonly Resource[] = [
    { kind: 'user', name: 'node-exp', home: textfiles },
    ...programs(name, kind, version),
    { ...directory(textfiles, 'root', 'root', 0o755), shared: true },
  ]
  return exporterInstances({
    ...{
      name,
      cell: cell.name,
      members: cell.exporters.find(({ component }) => component === name)?.members ?? [],
      settings,
      before,
    },
    flags: listen => [
      ['web.listen-address', listen],
      ['collector.textfile.directory', textfiles],
    ],
    ...{ checkedIn: textfiles, flagEnd },
    // Its landing page: the metrics take far more work, and Prometheus asks for them anyway.
    ...{ readyPath: '/', loaded: 'none' },
  })
}
