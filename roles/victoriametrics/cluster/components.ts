/** What a VictoriaMetrics cluster consists of. None of these programs was run with promha: they cannot be built as modules. */
import type { Cell } from '../../../src/inventory/model.ts'
import type { ComponentDefinition, Follows } from '../../component.ts'
import { program, type ReleaseDefinition } from '../../release.ts'
import { storeMembers } from '../../storage/store.ts'
import type { VictoriaMetricsSettings } from '../settings.ts'
import { victoriaMetricsVersionProblems } from '../versions.ts'
import { clusterOwnFlags, clusterPorts } from './programs.ts'
import type { ClusterPart } from './settings.ts'

type Kind = keyof typeof clusterPorts

function component(kind: Kind, precedes: readonly Follows[]): ComponentDefinition {
  const name = `vm${kind}`
  return {
    name,
    key: ['storage', 'victoriametrics', 'cluster', kind],
    settings: ({ storage }: Cell) => partOf(storage?.victoriametrics, kind),
    noun: name,
    essential: true,
    ownFlags: clusterOwnFlags[kind],
    severalAddressesFrom: 'any',
    account: name,
    release: clusterRelease,
    releaseName: clusterReleaseName,
    members: storeMembers(name),
    readyCheck: 'storage.ready',
    checks: async () => (await import('./checks.ts')).checksOfCluster(name),
    health: { address: '127.0.0.1', port: clusterPorts[kind], readyPath: '/health', loaded: 'none' },
    order: { oneByOne: true, precedes },
    ...(kind === 'storage' && {
      versionProblems: step => victoriaMetricsVersionProblems(step, name, clusterReleaseName),
    }),
  }
}

/** A vmselect may also read two single nodes. */
function partOf(said: VictoriaMetricsSettings | undefined, kind: Kind): ClusterPart | undefined {
  if (said?.cluster) return said.cluster[kind]
  return kind === 'select' ? said?.select : undefined
}

/** Under `versions:` and in the lock file: all three are of one release, so that they never differ. */
export const clusterReleaseName = 'victoriametrics_cluster'

/** One archive has all three. Debian has none of them. */
const clusterRelease: ReleaseDefinition = {
  version: '1.151.0',
  upstream: {
    folder: 'VictoriaMetrics/VictoriaMetrics/releases/download/v$V',
    archive: 'victoria-metrics-linux-$ARCH-v$V-cluster.tar.gz',
    checksums: 'victoria-metrics-linux-$ARCH-v$V-cluster_checksums.txt',
    members: ['vminsert', 'vmselect', 'vmstorage'].map(name => program(`${name}-prod`, name)),
    architectures: { armv7: null },
  },
}

/** As upstream says: vmstorage one by one, then vminsert, then vmselect. */
export const clusterComponents: readonly ComponentDefinition[] = [
  component('storage', [
    { what: ['vminsert'], because: 'vminsert writes to vmstorage' },
    { what: ['vmselect'], because: 'vmselect reads from vmstorage' },
  ]),
  component('insert', [
    { what: ['vmselect'], because: 'samples are written before they are read' },
    { what: ['prometheus'], because: 'prometheus writes to vminsert' },
    { what: ['haproxy'], because: 'haproxy forwards to vminsert and may need a port that it releases' },
  ]),
  component('select', [
    { what: ['haproxy'], because: 'haproxy forwards to vmselect and may need a port that it releases' },
    { what: ['keepalived'], because: 'the addresses of keepalived lead to vmselect' },
  ]),
]
