/** M3DB's config on one node: the data and, in the same process, what takes samples and answers queries. Tried with 1.5.0. */
import type { Endpoint, YamlMap } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import type { Member } from '../../src/topology/model.ts'
import { bufferPast } from './policy.ts'
import { etcdPorts, m3dbOwnPorts, m3dbPorts, zone } from './ports.ts'

interface PlacedNode {
  readonly member: Member
  readonly listen: Endpoint
  readonly etcd: readonly Member[]
  readonly dataDir: string
}

export function m3dbConfig({ member, listen, etcd, dataDir }: PlacedNode): YamlMap {
  const { host, address } = member
  const own = (port: number) => `127.0.0.1:${port}`
  const metrics = (listenAddress: string): YamlMap => ({
    prometheus: { handlerPath: '/metrics', listenAddress },
    sanitization: 'prometheus',
    samplingRate: 1,
  })
  return {
    coordinator: {
      listenAddress: joinHostPort(listen),
      metrics: {
        scope: { prefix: 'coordinator' },
        ...metrics(joinHostPort({ address, port: m3dbPorts.metrics })),
      },
      tagOptions: { idScheme: 'quoted' },
      // What comes later is refused for good, so what is sent again after a short outage has to be in time.
      downsample: { bufferPastLimits: [{ resolution: '0s', bufferPast: `${bufferPast / 1000}s` }] },
    },
    db: {
      hostID: { resolver: 'config', value: host },
      listenAddress: joinHostPort({ address, port: m3dbPorts.peers }),
      clusterListenAddress: own(m3dbOwnPorts.cluster),
      httpNodeListenAddress: own(m3dbOwnPorts.node),
      httpClusterListenAddress: own(m3dbOwnPorts.clusterHttp),
      debugListenAddress: own(m3dbOwnPorts.debug),
      metrics: metrics(own(m3dbOwnPorts.nodeMetrics)),
      filesystem: { filePathPrefix: dataDir },
      discovery: {
        type: 'm3db_cluster',
        m3dbCluster: {
          env: 'promha',
          zone,
          endpoints: etcd.map(one => joinHostPort({ address: one.address, port: etcdPorts.clients })),
        },
      },
    },
  }
}
