import type { ComponentDefinition } from '../../component.ts'
import { program } from '../../release.ts'
import { storeMembers } from '../../storage/store.ts'
import { etcdOwnFlags } from '../flags.ts'
import { etcdName, etcdPorts, m3dbName } from '../ports.ts'

/** Where the program lies in the release. On a host it has the component's name, lest it be taken for another etcd. */
export const etcdProgram = '/usr/local/bin/etcd'

/** Under `versions:` and in the lock file. */
export const etcdRelease = 'etcd'

/** The etcd that M3DB needs. It says that it is ready with 200 before it has found the others: what it lacks shows the rest. */
export const m3dbEtcd: ComponentDefinition = {
  name: etcdName,
  key: ['storage', m3dbName, 'etcd'],
  settings: cell => cell.storage?.m3db?.etcd,
  noun: 'etcd member',
  essential: true,
  ownFlags: etcdOwnFlags,
  account: etcdName,
  releaseName: etcdRelease,
  release: {
    version: '3.5.30',
    upstream: {
      folder: 'etcd-io/etcd/releases/download/v$V',
      archive: 'etcd-v$V-linux-$ARCH.tar.gz',
      checksums: 'SHA256SUMS',
      members: [program('etcd-v$V-linux-$ARCH/etcd', 'etcd')],
      architectures: { armv7: null },
    },
    debian: { packages: [{ name: 'etcd-server' }], members: [program('usr/bin/etcd', 'etcd')] },
  },
  members: storeMembers(etcdName),
  readyCheck: 'storage.ready',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: etcdPorts.http, readyPath: '/metrics', loaded: 'none' },
  order: {
    oneByOne: true,
    precedes: [{ what: [m3dbName], because: 'm3db keeps in etcd which of its nodes has what' }],
  },
}
