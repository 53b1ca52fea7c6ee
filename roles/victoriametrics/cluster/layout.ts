/** A VictoriaMetrics cluster as a store: who runs where, how it is written to and read from. */
import { joinHostPort } from '../../../src/inventory/value/endpoint.ts'
import { queryPaths } from '../../storage/queries.ts'
import type { ReadSettings } from '../../storage/read.ts'
import { type RelaySettings, relayUrl } from '../../storage/relay.ts'
import type { StoreLayout, StoreProgram } from '../../storage/store.ts'
import { readersMayAlso } from '../readers.ts'
import { storagePorts, tenantPath } from './programs.ts'
import type { ClusterSettings } from './settings.ts'

interface Ways {
  readonly read?: ReadSettings | undefined
  readonly write: RelaySettings
}

const tenant = tenantPath.read.replace(/\/prometheus$/, '')
const paths = queryPaths([tenantPath.read], readersMayAlso(tenantPath.read, tenant))

export function clusterLayout(cluster: ClusterSettings, { read, write }: Ways): StoreLayout {
  return {
    programs: (['storage', 'insert', 'select'] as const).map((kind): StoreProgram => {
      const settings = cluster[kind]
      return {
        ...{ component: `vm${kind}`, label: `vm${kind}`, settings, hosts: settings.hosts },
        path: ['storage', 'victoriametrics', 'cluster', kind],
        ...(kind === 'storage' && {
          otherPorts: Object.values(storagePorts),
          spare: cluster.replication - 1,
        }),
      }
    }),
    relay: { ...write, to: 'vminsert', readyPath: '/health' },
    // Any vminsert takes any sample, and writes it to several vmstorage.
    writes: () => [
      { name: 'victoriametrics', url: `${relayUrl(write)}${tenantPath.write}`, replicaLabel: 'dropped' },
    ],
    ...readBySelect(read),
  }
}

/** How the vmselects are read, of a cluster or of two single nodes. */
export function readBySelect(read: ReadSettings | undefined): Pick<StoreLayout, 'datasources' | 'read'> {
  return {
    datasources: members => {
      const named = read
        ? [{ name: 'VictoriaMetrics', at: { address: read.vip.address, port: read.port } }]
        : members('vmselect').map(one => ({ name: `VictoriaMetrics ${one.host}`, at: one }))
      return named.map(({ name, at }) => ({
        name,
        url: `http://${joinHostPort(at)}${tenantPath.read}`,
        jsonData: { prometheusVersion: '2.24.0' },
      }))
    },
    ...(read && { read: { ...read, to: 'vmselect', readyPath: '/health', paths } }),
  }
}
