/** Members of a ring: the same on each host but for its own name and address. */
import { wordsOn } from '../../src/inventory/cell/words-on.ts'
import type { Instance, Resource } from '../../src/resource/model.ts'
import type { Member, StorePrograms } from '../../src/topology/model.ts'
import { programInstance } from '../common/exporter.ts'
import { concealedIf, configFile, configTree, directory, programs } from '../common/resources.ts'
import { unitTexts, userFiles } from '../common/words.ts'
import type { Released, Role } from '../component.ts'
import { flagCheck, flagWords, listening } from '../text/flags.ts'
import { renderTemplate } from '../text/render.ts'
import { dataDirOf, gossipPort, grpcPort, type RingKind } from './kind.ts'
import type { RingSettings } from './settings.ts'

/** What it says once it has taken its config and its flags. It ends with 0 also if it refuses a flag. */
const accepted = 'are included in target All'

/** One instance a member, one after the other. */
export function ringRole(kind: RingKind): Role {
  return (cell, { storage }, released) => {
    const settings = storage?.[kind.name]
    const store = cell.stores.find(({ component }) => component === kind.name)
    if (!settings || !store) return []
    const release = released(kind.name)
    return store.members.map(member => memberOf(kind, { cell: cell.name, settings, store, release }, member))
  }
}

interface Ring {
  readonly cell: string
  readonly settings: RingSettings
  readonly store: StorePrograms
  readonly release: Released
}

function memberOf(kind: RingKind, { cell, settings, store, release }: Ring, member: Member): Instance {
  const { name, label } = kind
  const root = `/etc/${name}`
  const dataDir = dataDirOf(kind)
  const words = wordsOn(settings, member.host)
  const { listen } = words
  const shipped = userFiles(settings, member.host, { root, group: name, effect: 'restart' })
  const config = kind.config({ member, listen, settings, store })
  const file = configFile(
    `${root}/${name}.yml`,
    name,
    'restart',
    renderTemplate('ring', 'ring.yml', { config }),
  )
  const before: readonly Resource[] = [
    { kind: 'user', name, home: dataDir },
    ...programs(name, release.kind, release.version),
    ...configTree(root, name, [...shipped, concealedIf(settings.objstore.outside, file)]),
    { ...directory(dataDir, name, name, 0o750), data: true },
  ]
  const command = [
    `/usr/local/bin/${name}`,
    ...flagWords([['config.file', `${root}/${name}.yml`]], words.flags, 'go'),
  ]
  const judged = {
    instead: [
      ['config.file', `${name}.yml`],
      ['modules', true],
    ],
    accepted: [accepted],
  } as const
  return programInstance({
    ...{ cell, component: name, member, words, readyPath: '/ready', loaded: 'none', before },
    content: renderTemplate('ring', 'ring.service', {
      ...{ name, label, dataDir, commandLine: { command }, words: unitTexts(name, words) },
    }),
    checks: [
      {
        ...{ program: `/usr/local/bin/${name}`, root, args: [`--config.file=${name}.yml`, '--modules'] },
        ...(settings.objstore.outside ? { withheld: true } : {}),
      },
      flagCheck(command, root, words.flags, judged),
    ],
    ports: [grpcPort, gossipPort].flatMap(port => listening(port, [member.address], 'tcp')),
  })
}
