/**
 * The programs of a VictoriaMetrics cluster, and the vmselects of two single nodes. The list of what they reach is the same everywhere, in
 * the order of the inventory.
 */
import { listensOn, wordsOn } from '../../../src/inventory/cell/words-on.ts'
import type { Endpoint } from '../../../src/inventory/model.ts'
import { joinHostPort } from '../../../src/inventory/value/endpoint.ts'
import type { FileResource, Instance, Resource } from '../../../src/resource/model.ts'
import type { Member } from '../../../src/topology/model.ts'
import { programInstance } from '../../common/exporter.ts'
import { configTree, directory, programs } from '../../common/resources.ts'
import { unitTexts, userFiles } from '../../common/words.ts'
import type { Role } from '../../component.ts'
import { type FlagValue, flagWords, listening } from '../../text/flags.ts'
import { renderTemplate } from '../../text/render.ts'
import { clusterReleaseName } from './components.ts'
import { storagePorts } from './programs.ts'
import type { ClusterPart, ClusterSettings } from './settings.ts'

type Kind = keyof Pick<ClusterSettings, 'storage' | 'insert' | 'select'>

const description: Readonly<Record<Kind, string>> = {
  storage: 'vmstorage, keeps the data of a VictoriaMetrics cluster',
  insert: 'vminsert, spreads what is written over a VictoriaMetrics cluster',
  select: 'vmselect, answers queries of a VictoriaMetrics cluster',
}

export const victoriaMetricsClusterInstances: Role = (cell, { storage }, released) => {
  const { cluster, select, retention } = storage?.victoriametrics ?? {}
  if (retention === undefined) return []
  // Each of two single nodes is to have every sample, so one of them may be away.
  const parts: Parts = cluster ?? { select, replication: 2 }
  const kept = cluster ? 'vmstorage' : 'victoriametrics'
  const storages = cell.stores.find(({ component }) => component === kept)?.members ?? []
  return (['storage', 'insert', 'select'] as const).flatMap(kind => {
    const name = `vm${kind}`
    const own = cell.stores.find(({ component }) => component === name)
    const settings = parts[kind]
    if (!own || !settings) return []
    const { kind: from, version } = released(clusterReleaseName)
    const place = { root: `/etc/${name}`, group: name, effect: 'restart' } as const
    const dataDir = `/var/lib/${name}`
    const command = `/usr/local/bin/${name}`
    const before = (shipped: readonly FileResource[]): readonly Resource[] => [
      { kind: 'user', name, home: dataDir },
      // The others of the release are not needed on its hosts.
      ...programs(clusterReleaseName, from, version).filter(one => one.path === command),
      ...configTree(place.root, name, shipped),
      // What vmselect has there it can make again.
      { ...directory(dataDir, name, name, 0o750), ...(kind === 'storage' && { data: true }) },
    ]
    return own.members.map((member): Instance => {
      const words = wordsOn(settings, member.host)
      const listens = listensOn(settings, member.host)
      const { replication } = parts
      const flags = ownFlags(kind, { listens, storages, replication, retention, interval: own.interval })
      const commandLine = [command, ...flagWords(flags, words.flags, 'go')]
      return programInstance({
        ...{ cell: cell.name, component: name, member, words, listens },
        content: renderTemplate('victoriametrics', 'cluster.service', {
          ...{ name, dataDir, description: description[kind] },
          commandLine: { command: commandLine },
          words: unitTexts(name, words),
        }),
        ...{ readyPath: '/health', loaded: 'none' },
        before: before(userFiles(settings, member.host, place)),
        // None of the three can judge its command line without starting: the gate is its start.
        checks: [],
        ports:
          kind === 'storage'
            ? Object.values(storagePorts).flatMap(port => listening(port, addressesOf(listens), 'tcp'))
            : [],
      })
    })
  })
}

type Parts = Partial<Record<Kind, ClusterPart | undefined>> & Pick<ClusterSettings, 'replication'>

interface Around {
  readonly listens: readonly Endpoint[]
  /** What keeps the samples. */
  readonly storages: readonly Member[]
  readonly replication: number
  readonly retention: string
  readonly interval: number | undefined
}

function ownFlags(
  kind: Kind,
  { listens, storages, replication, retention, interval }: Around,
): readonly (readonly [string, FlagValue])[] {
  const nodes = (port: number) => storages.map(({ address }) => joinHostPort({ address, port }))
  const at = (port: number) => joinHostPort({ address: listens[0]?.address ?? '', port })
  const dedup: readonly [string, FlagValue][] =
    interval === undefined ? [] : [['dedup.minScrapeInterval', `${interval}ms`]]
  const perKind: Readonly<Record<Kind, readonly [string, FlagValue][]>> = {
    storage: [
      ['storageDataPath', '/var/lib/vmstorage'],
      ['retentionPeriod', retention],
      ['vminsertAddr', at(storagePorts.insert)],
      ['vmselectAddr', at(storagePorts.select)],
      ...dedup,
    ],
    insert: [
      ['storageNode', nodes(storagePorts.insert)],
      ['replicationFactor', `${replication}`],
    ],
    select: [
      ['storageNode', nodes(storagePorts.select)],
      ['replicationFactor', `${replication}`],
      ...dedup,
      ['cacheDataPath', '/var/lib/vmselect'],
    ],
  }
  const speaksIpv6 = [...listens, ...storages].some(({ address }) => address.includes(':'))
  return [
    ...perKind[kind],
    ['httpListenAddr', listens.map(joinHostPort)],
    // Without it, it speaks IPv4 only.
    ...(speaksIpv6 ? [['enableTCP6', true] as const] : []),
  ]
}

function addressesOf(listens: readonly { readonly address: string }[]): readonly string[] {
  return listens.slice(0, 1).map(({ address }) => address)
}
