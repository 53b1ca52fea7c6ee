/** Cortex' config on one member. Tried with 1.21.1. */
import type { YamlMap } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import { gossipOf, limitsOf, trackerTimes } from '../ring/config.ts'
import { copies, dataDirOf, grpcPort, type PlacedRing } from '../ring/kind.ts'

const memberlist = { store: 'memberlist' }

export function cortexConfig(placed: PlacedRing): YamlMap {
  const { listen, settings } = placed
  const { host, address } = placed.member
  const dataDir = dataDirOf({ name: 'cortex' })
  // Each ring asks for them again, and takes any name of the host if it is not told.
  const self = { instance_id: host, instance_addr: address }
  // A minute's wait for a ring that does not change is for hundreds of members.
  const shared = { ...self, wait_stability_min_duration: '0s', kvstore: memberlist }
  return {
    // Not `all`, which brings an Alertmanager with a storage of its own.
    target: 'distributor,ingester,querier,query-frontend,store-gateway,compactor,purger',
    auth_enabled: false,
    server: {
      http_listen_address: listen.address,
      http_listen_port: listen.port,
      grpc_listen_address: address,
      grpc_listen_port: grpcPort,
    },
    memberlist: gossipOf(placed),
    distributor: {
      shard_by_all_labels: true,
      ring: { ...self, kvstore: memberlist },
      ha_tracker: {
        enable_ha_tracker: true,
        ...trackerTimes(placed),
        kvstore: memberlist,
      },
    },
    ingester: {
      lifecycler: {
        id: host,
        address,
        join_after: '10s',
        observe_period: '10s',
        num_tokens: 128,
        final_sleep: '0s',
        tokens_file_path: `${dataDir}/tokens`,
        ring: { kvstore: memberlist, replication_factor: copies },
      },
    },
    blocks_storage: {
      ...settings.bucket,
      tsdb: { dir: `${dataDir}/tsdb`, retention_period: '6h' },
      bucket_store: { sync_dir: `${dataDir}/sync` },
    },
    // Without it every query hangs, since gRPC is heard at one address only, and still it is ready.
    frontend_worker: { frontend_address: joinHostPort({ address, port: grpcPort }) },
    store_gateway: { sharding_enabled: true, sharding_ring: shared },
    compactor: { data_dir: `${dataDir}/compactor`, sharding_enabled: true, sharding_ring: shared },
    limits: limitsOf(placed),
  }
}
