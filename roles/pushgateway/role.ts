/** Pushgateway: the same on both hosts; which of the two is pushed to and scraped is none of its own business. */
import type { FileResource, Resource } from '../../src/resource/model.ts'
import { exporterInstances } from '../common/exporter.ts'
import { configTree, directory, programs } from '../common/resources.ts'
import type { Role } from '../component.ts'
import { noPort } from '../text/flags.ts'

const name = 'pushgateway'
const dataDir = '/var/lib/pushgateway'
/** It reads what a flag names at its start. */
const place = { root: '/etc/pushgateway', group: name, effect: 'restart' } as const
/** It keeps nothing in the check. */
const flagEnd = { instead: [['persistence.file', ''], noPort.flag], accepted: [noPort.accepted] } as const

/** One instance a host, one after the other, so that one of them can always be pushed to. */
export const pushgatewayInstances: Role = (cell, { pushgateway: settings }, released) => {
  if (!settings) return []
  const { kind, version } = released(name)
  const before = (shipped: readonly FileResource[]): readonly Resource[] => [
    { kind: 'user', name, home: dataDir },
    // Debian's build finds no template of its page, and answers 500 there; it needs none for all else.
    ...programs(name, kind, version),
    ...configTree(place.root, name, shipped),
    { ...directory(dataDir, name, name, 0o750), data: true },
  ]
  return exporterInstances({
    ...{ name, cell: cell.name, members: cell.pushgateways, settings, place, before },
    flags: listen => [
      ['web.listen-address', listen],
      ['persistence.file', `${dataDir}/metrics`],
      // What a host loses that ends without a goodbye; upstream's five minutes would be most of what is pushed.
      ['persistence.interval', '10s'],
    ],
    values: () => ({ dataDir }),
    ...{ checkedIn: dataDir, flagEnd },
    ...{ readyPath: '/-/ready', loaded: 'none' },
  })
}
