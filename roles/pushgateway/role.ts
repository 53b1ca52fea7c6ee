/** Pushgateway: the same on both hosts; which of the two is pushed to and scraped is none of its own business. */

import { joinHostPort } from '../../src/inventory/endpoint.ts'
import type { ArtifactSettings, PushgatewaySettings } from '../../src/inventory/model.ts'
import type { Instance, Resource } from '../../src/resource/model.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { orderOf } from '../../src/topology/order.ts'
import { flagCheck, flagWords, noPort } from '../flags.ts'
import { renderTemplate } from '../render.ts'
import { directory, programs } from '../resources.ts'

const name = 'pushgateway'
const dataDir = '/var/lib/pushgateway'
/** It keeps nothing in the check. */
const flagEnd = { instead: [['persistence.file', ''], noPort.flag], accepted: [noPort.accepted] } as const

/** One instance a host, one after the other, so that one of them can always be pushed to. */
export function pushgatewayInstances(
  cell: CellTopology,
  settings: PushgatewaySettings,
  kind: ArtifactSettings['kind'],
  version: string,
): readonly Instance[] {
  const own = [
    ['web.listen-address', joinHostPort(settings.listen)],
    ['persistence.file', `${dataDir}/metrics`],
    // What a host loses that ends without a goodbye; upstream's five minutes would be most of what is pushed.
    ['persistence.interval', '10s'],
  ] as const
  const command = ['/usr/local/bin/pushgateway', ...flagWords(own, settings.flags)]
  const service = {
    kind: 'service',
    unit: 'pushgateway.service',
    ports: [{ protocol: 'tcp', port: settings.listen.port }],
  } as const
  const resources: readonly Resource[] = [
    { kind: 'user', name, home: dataDir },
    // Debian's build finds no template of its page, and answers 500 there; it needs none for all else.
    ...programs(name, kind, version),
    { ...directory(dataDir, name, name, 0o750), data: true },
    {
      kind: 'unit',
      name: service.unit,
      content: renderTemplate(name, 'pushgateway.service', { dataDir, commandLine: { command } }),
    },
    service,
  ]
  return cell.pushgateways.map(member => ({
    cell: cell.name,
    host: member.host,
    component: name,
    resources,
    service,
    checks: [flagCheck(command, dataDir, settings.flags, flagEnd)],
    health: { ...member.local, readyPath: `${member.pathPrefix ?? ''}/-/ready`, loaded: 'none' },
    ...orderOf(name),
  }))
}
