import type { ComponentDefinition } from '../component.ts'
import { storeTrial } from '../objstore/trial.ts'
import { program } from '../release.ts'
import { dataDirOf } from '../ring/kind.ts'
import { ringOrder } from '../ring/store.ts'
import { storeMembers } from '../storage/store.ts'
import { mimirRing as kind } from './kind.ts'
import { mimirVersionProblems } from './versions.ts'

const { name } = kind

export const mimir: ComponentDefinition = {
  name,
  key: ['storage', name],
  settings: cell => cell.storage?.mimir,
  noun: 'Mimir member',
  essential: true,
  ownFlags: kind.ownFlags,
  account: name,
  release: {
    version: '3.2.1',
    upstream: {
      folder: 'grafana/mimir/releases/download/mimir-$V',
      archive: 'mimir-linux-$ARCH',
      checksums: '$ARCHIVE-sha-256',
      members: [program('mimir-linux-$ARCH', name)],
      architectures: { armv7: null },
    },
  },
  members: storeMembers(name),
  readyCheck: 'storage.ready',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: kind.ports.http, readyPath: '/ready', loaded: 'none' },
  trial: storeTrial(storage => storage.mimir?.objstore),
  order: ringOrder(name),
  versionProblems: mimirVersionProblems,
  takeOver: {
    programs: /^mimir(-linux-(amd64|arm64))?$/,
    units: [],
    config: '/etc/mimir/mimir.yml',
    data: {
      names: ['tsdb', 'tokens', 'wal'],
      path: () => dataDirOf(kind),
      lost: 'the samples of the last hours, which are not in the bucket yet, would be gone',
    },
    knownFlags: /^config\.file$/,
  },
}
