import type { ComponentDefinition } from '../component.ts'
import { program } from '../release.ts'
import { storeMembers } from '../storage/store.ts'
import { m3dbOwnFlags } from './flags.ts'
import { m3dbPorts, m3dbName as name } from './ports.ts'
import { foundedTrial } from './trial.ts'

/** It says that it is ready before it knows what it has to hold: what it lacks shows the rest. */
export const m3db: ComponentDefinition = {
  name,
  key: ['storage', name],
  settings: cell => cell.storage?.m3db,
  noun: 'M3DB node',
  essential: true,
  ownFlags: m3dbOwnFlags,
  account: name,
  release: {
    version: '1.5.0',
    upstream: {
      folder: 'm3db/m3/releases/download/v$V',
      archive: 'm3_$V_linux_$ARCH.tar.gz',
      checksums: 'checksums.txt',
      members: [program('m3_$V_linux_$ARCH/m3dbnode', 'm3dbnode')],
      architectures: { arm64: null, armv7: null },
    },
  },
  members: storeMembers(name),
  readyCheck: 'storage.ready',
  checks: async () => (await import('./checks.ts')).checks,
  health: { address: '127.0.0.1', port: m3dbPorts.http, readyPath: '/health', loaded: 'none' },
  trial: foundedTrial,
  order: {
    oneByOne: true,
    precedes: [
      { what: ['prometheus'], because: `prometheus writes to ${name}` },
      { what: ['haproxy'], because: `haproxy forwards to ${name} and may need a port that it releases` },
      { what: ['keepalived'], because: `the addresses of keepalived lead to ${name}` },
    ],
  },
}
