/** The nodes of M3DB, the same on each host but for its own name and addresses. */
import { wordsOn } from '../../src/inventory/cell/words-on.ts'
import type { Instance, Resource } from '../../src/resource/model.ts'
import type { CellTopology, Member, StorePrograms } from '../../src/topology/model.ts'
import { programInstance } from '../common/exporter.ts'
import { configFile, configTree, directory, programs } from '../common/resources.ts'
import { unitTexts, userFiles } from '../common/words.ts'
import type { Released, Role } from '../component.ts'
import { storeMembers } from '../storage/store.ts'
import { listening } from '../text/flags.ts'
import { renderTemplate } from '../text/render.ts'
import { m3dbConfig } from './config.ts'
import { policyOf } from './policy.ts'
import { etcdName, m3dbOwnPorts, m3dbPorts, m3dbName as name } from './ports.ts'
import type { M3dbSettings } from './settings.ts'

const root = `/etc/${name}`
const dataDir = `/var/lib/${name}`
const program = '/usr/local/bin/m3dbnode'

export const m3dbInstances: Role = (cell, { storage }, released) => {
  const settings = storage?.m3db
  const store = cell.stores.find(({ component }) => component === name)
  if (!settings || !store) return []
  const release = released(name)
  return store.members.map(member => nodeOf({ cell, settings, store, release }, member))
}

interface Placed {
  readonly cell: CellTopology
  readonly settings: M3dbSettings
  readonly store: StorePrograms
  readonly release: Released
}

function nodeOf({ cell, settings, store, release }: Placed, member: Member): Instance {
  const words = wordsOn(settings, member.host)
  const shipped = userFiles(settings, member.host, { root, group: name, effect: 'restart' })
  const etcd = storeMembers(etcdName)(cell)
  const { resolution, retention } = policyOf(store.interval, settings.retention)
  const text = renderTemplate('m3db', 'm3dbnode.yml', {
    nodes: store.members.map(({ host }) => host).join(', '),
    seconds: resolution / 1000,
    hours: retention / 3_600_000,
    config: m3dbConfig({ member, listen: words.listen, etcd, dataDir }),
  })
  const before: readonly Resource[] = [
    { kind: 'user', name, home: dataDir },
    ...programs(name, release.kind, release.version),
    ...configTree(root, name, [...shipped, configFile(`${root}/m3dbnode.yml`, name, 'restart', text)]),
    { ...directory(dataDir, name, name, 0o750), data: true },
  ]
  const ports = [m3dbPorts.metrics, m3dbPorts.peers]
  return programInstance({
    ...{ cell: cell.name, component: name, member, words, before, readyPath: '/health', loaded: 'none' },
    content: renderTemplate('m3db', 'm3db.service', {
      ...{ name, dataDir, description: 'M3DB, keeps for long what the replicas write to it' },
      commandLine: { command: [program, '-f', `${root}/m3dbnode.yml`] },
      words: unitTexts(name, words),
    }),
    checks: [{ program, root, args: ['-f', 'm3dbnode.yml', '-d'] }],
    ports: [
      ...ports.flatMap(port => listening(port, [member.address], 'tcp')),
      ...Object.values(m3dbOwnPorts).flatMap(port => listening(port, ['127.0.0.1'], 'tcp')),
    ],
  })
}
