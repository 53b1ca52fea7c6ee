/** The members of etcd, the same on each host but for its own name and addresses. */
import { wordsOn } from '../../../src/inventory/cell/words-on.ts'
import { joinHostPort } from '../../../src/inventory/value/endpoint.ts'
import type { Instance, Resource } from '../../../src/resource/model.ts'
import type { Member } from '../../../src/topology/model.ts'
import { programInstance } from '../../common/exporter.ts'
import { configTree, directory, programs } from '../../common/resources.ts'
import { unitTexts, userFiles } from '../../common/words.ts'
import type { Released, Role } from '../../component.ts'
import { type FlagValue, flagCheck, flagWords, listening } from '../../text/flags.ts'
import { renderTemplate } from '../../text/render.ts'
import { etcdPorts, etcdName as name } from '../ports.ts'
import { etcdProgram, etcdRelease } from './component.ts'
import type { EtcdSettings } from './settings.ts'

const dataDir = `/var/lib/${name}`
const root = `/etc/${name}`
const path = `/usr/local/bin/${name}`
/** It takes its flags in their order, and ends at the first that it does not take. */
const flagEnd = {
  instead: [['initial-cluster-state', 'promha']],
  accepted: ['invalid value "promha" for flag -initial-cluster-state'],
} as const

export const etcdInstances: Role = (cell, { storage }, released) => {
  const settings = storage?.m3db?.etcd
  const own = cell.stores.find(({ component }) => component === name)
  if (!settings || !own) return []
  const placed = { cell: cell.name, settings, members: own.members, release: released(etcdRelease) }
  return own.members.map(member => memberOf(placed, member))
}

interface Placed {
  readonly cell: string
  readonly settings: EtcdSettings
  readonly members: readonly Member[]
  readonly release: Released
}

function memberOf({ cell, settings, members, release }: Placed, member: Member): Instance {
  const words = wordsOn(settings, member.host)
  const shipped = userFiles(settings, member.host, { root, group: name, effect: 'restart' })
  const at = (port: number, { address } = member) => `http://${joinHostPort({ address, port })}`
  const own: readonly (readonly [string, FlagValue])[] = [
    ['name', member.host],
    ['data-dir', dataDir],
    ['listen-peer-urls', at(etcdPorts.peers)],
    ['initial-advertise-peer-urls', at(etcdPorts.peers)],
    ['listen-client-urls', at(etcdPorts.clients)],
    ['advertise-client-urls', at(etcdPorts.clients)],
    ['listen-metrics-urls', `http://${joinHostPort(words.listen)}`],
    ['initial-cluster', members.map(one => `${one.host}=${at(etcdPorts.peers, one)}`).join(',')],
    ['initial-cluster-token', cell],
    ['initial-cluster-state', 'new'],
  ]
  const command = [path, ...flagWords(own, words.flags, 'go')]
  const before: readonly Resource[] = [
    { kind: 'user', name, home: dataDir },
    ...programs(etcdRelease, release.kind, release.version).map(
      (one): Resource => (one.kind === 'program' ? { ...one, path, from: etcdProgram } : one),
    ),
    ...configTree(root, name, shipped),
    // It refuses one that others may look into.
    { ...directory(dataDir, name, name, 0o700), data: true },
  ]
  return programInstance({
    ...{ cell, component: name, member, words, before, readyPath: '/metrics', loaded: 'none' },
    content: renderTemplate('m3db', 'm3db.service', {
      ...{ name, dataDir, description: 'etcd, which knows what each node of M3DB has' },
      commandLine: { command },
      words: unitTexts(name, words),
    }),
    checks: [flagCheck(command, dataDir, words.flags, flagEnd)],
    ports: [etcdPorts.clients, etcdPorts.peers].flatMap(port => listening(port, [member.address], 'tcp')),
  })
}
