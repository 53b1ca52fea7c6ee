/** Pushgateway: the same on both hosts; which of the two is pushed to and scraped is none of its own business. */

import { joinHostPort } from '../../src/inventory/endpoint.ts'
import type { ArtifactSettings, PushgatewaySettings } from '../../src/inventory/model.ts'
import { wordsOn } from '../../src/inventory/words-on.ts'
import type { Instance, Resource } from '../../src/resource/model.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { orderOf } from '../../src/topology/order.ts'
import { flagCheck, flagWords, listening, noPort } from '../flags.ts'
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
  const before: readonly Resource[] = [
    { kind: 'user', name, home: dataDir },
    // Debian's build finds no template of its page, and answers 500 there; it needs none for all else.
    ...programs(name, kind, version),
    { ...directory(dataDir, name, name, 0o750), data: true },
  ]
  return cell.pushgateways.map(member => {
    const { listen, flags } = wordsOn(settings, member.host)
    const own = [
      ['web.listen-address', joinHostPort(listen)],
      ['persistence.file', `${dataDir}/metrics`],
      // What a host loses that ends without a goodbye; upstream's five minutes would be most of what is pushed.
      ['persistence.interval', '10s'],
    ] as const
    const command = ['/usr/local/bin/pushgateway', ...flagWords(own, flags)]
    const service = { kind: 'service', unit: 'pushgateway.service', ports: listening(listen, 'tcp') } as const
    const content = renderTemplate(name, 'pushgateway.service', { dataDir, commandLine: { command } })
    return {
      cell: cell.name,
      host: member.host,
      component: name,
      resources: [...before, { kind: 'unit', name: service.unit, content }, service],
      service,
      checks: [flagCheck(command, dataDir, flags, flagEnd)],
      health: { ...member.local, readyPath: `${member.pathPrefix ?? ''}/-/ready`, loaded: 'none' },
      ...orderOf(name),
    }
  })
}
