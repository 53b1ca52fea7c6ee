/** Pushgateway: the same on both hosts; which of the two is pushed to and scraped is none of its own business. */

import type { ArtifactOrigin } from '../../src/inventory/artifact-origin.ts'
import type { PushgatewaySettings } from '../../src/inventory/model.ts'
import type { Instance, Resource } from '../../src/resource/model.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { exporterInstances } from '../exporter.ts'
import { noPort } from '../flags.ts'
import { directory, programs } from '../resources.ts'

const name = 'pushgateway'
const dataDir = '/var/lib/pushgateway'
/** It keeps nothing in the check. */
const flagEnd = { instead: [['persistence.file', ''], noPort.flag], accepted: [noPort.accepted] } as const

/** One instance a host, one after the other, so that one of them can always be pushed to. */
export function pushgatewayInstances(
  cell: CellTopology,
  settings: PushgatewaySettings,
  kind: ArtifactOrigin['kind'],
  version: string,
): readonly Instance[] {
  const before: readonly Resource[] = [
    { kind: 'user', name, home: dataDir },
    // Debian's build finds no template of its page, and answers 500 there; it needs none for all else.
    ...programs(name, kind, version),
    { ...directory(dataDir, name, name, 0o750), data: true },
  ]
  return exporterInstances({
    ...{ name, cell: cell.name, members: cell.pushgateways, settings, before },
    flags: listen => [
      ['web.listen-address', listen],
      ['persistence.file', `${dataDir}/metrics`],
      // What a host loses that ends without a goodbye; upstream's five minutes would be most of what is pushed.
      ['persistence.interval', '10s'],
    ],
    values: { dataDir },
    ...{ checkedIn: dataDir, flagEnd },
    ...{ readyPath: '/-/ready', loaded: 'none' },
  })
}
