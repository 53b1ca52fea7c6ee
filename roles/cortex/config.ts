/** Cortex' config on one member. Tried with 1.21.1. */
import type { YamlMap } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import {
  chosenNoted,
  clusterLabel,
  copies,
  dataDirOf,
  gossipPort,
  grpcPort,
  type PlacedRing,
} from '../ring/kind.ts'

const memberlist = { store: 'memberlist' }

export function cortexConfig({ member, listen, settings, store }: PlacedRing): YamlMap {
  const { host, address } = member
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
    memberlist: {
      node_name: host,
      bind_addr: [address],
      bind_port: gossipPort,
      advertise_addr: address,
      join_members: store.members.map(one => joinHostPort({ address: one.address, port: gossipPort })),
      abort_if_cluster_join_fails: false,
    },
    distributor: {
      shard_by_all_labels: true,
      ring: { ...self, kvstore: memberlist },
      ha_tracker: {
        enable_ha_tracker: true,
        ha_tracker_update_timeout: `${chosenNoted.every / 1000}s`,
        ha_tracker_update_timeout_jitter_max: `${chosenNoted.jitter / 1000}s`,
        ha_tracker_failover_timeout: `${settings.failover / 1000}s`,
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
    limits: {
      accept_ha_samples: true,
      ha_cluster_label: clusterLabel,
      ha_replica_label: store.writers[0]?.replicaLabel ?? '',
      // So that the replica that takes over may send what is a little older.
      out_of_order_time_window: '10m',
      compactor_blocks_retention_period: settings.retention,
    },
  }
}
