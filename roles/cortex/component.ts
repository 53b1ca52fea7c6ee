import type { ComponentDefinition } from '../component.ts'
import { storeTrial } from '../objstore/trial.ts'
import { program } from '../release.ts'
import { dataDirOf } from '../ring/kind.ts'
import { ringOrder } from '../ring/store.ts'
import { storeMembers } from '../storage/store.ts'
import { cortexRing as kind } from './kind.ts'
import { cortexVersionProblems } from './versions.ts'

const { name } = kind

export const cortex: ComponentDefinition = {
  name,
  key: ['storage', name],
  settings: cell => cell.storage?.cortex,
  noun: 'Cortex member',
  essential: true,
  ownFlags: kind.ownFlags,
  account: name,
  release: {
    version: '1.21.1',
    upstream: {
      folder: 'cortexproject/cortex/releases/download/v$V',
      archive: 'cortex-linux-$ARCH',
      checksums: '$ARCHIVE-sha-256',
      members: [program('cortex-linux-$ARCH', name)],
      architectures: { armv7: null },
    },
  },
  members: storeMembers(name),
  readyCheck: 'storage.ready',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: kind.ports.http, readyPath: '/ready', loaded: 'none' },
  trial: storeTrial(storage => storage.cortex?.objstore),
  order: ringOrder(name),
  versionProblems: cortexVersionProblems,
  takeOver: {
    programs: /^cortex(-linux-(amd64|arm64))?$/,
    units: [],
    config: '/etc/cortex/cortex.yml',
    data: {
      names: ['tsdb', 'tokens', 'wal'],
      path: () => dataDirOf(kind),
      lost: 'the samples of the last hours, which are not in the bucket yet, would be gone',
    },
    knownFlags: /^config\.file$/,
  },
}
