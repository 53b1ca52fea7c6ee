/** node_exporter: the same on every host that it runs on. */
import type { FileResource, Resource } from '../../src/resource/model.ts'
import { exporterInstances } from '../common/exporter.ts'
import { configTree, directory, programs } from '../common/resources.ts'
import type { Role } from '../component.ts'
import { noPort } from '../text/flags.ts'

const name = 'node_exporter'
/** Other programs leave metrics there as `*.prom` files; root alone may, until the admin gives the directory to a group. */
const textfiles = '/var/lib/node_exporter'
/** It reads what a flag names at its start. */
const place = { root: '/etc/node_exporter', group: 'node-exp', effect: 'restart' } as const
const flagEnd = { instead: [noPort.flag], accepted: [noPort.accepted] } as const

/** One instance a host; all may be changed at once, since none stands in for another. */
export const nodeExporterInstances: Role = (cell, { exporters = {} }, released) => {
  const settings = exporters[name]
  if (!settings) return []
  const { kind, version } = released(name)
  const before = (shipped: readonly FileResource[]): readonly Resource[] => [
    { kind: 'user', name: place.group, home: textfiles },
    ...programs(name, kind, version),
    ...configTree(place.root, place.group, shipped),
    { ...directory(textfiles, 'root', 'root', 0o755), shared: true },
  ]
  return exporterInstances({
    ...{
      name,
      cell: cell.name,
      members: cell.exporters.find(({ component }) => component === name)?.members ?? [],
      settings,
      place,
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
