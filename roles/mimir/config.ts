/** Mimir's config on one member, in the form of its reference. It was not run: no program could be had. */
import type { YamlMap } from '../../src/inventory/model.ts'
import { gossipOf, limitsOf, trackerTimes } from '../ring/config.ts'
import { copies, dataDirOf, grpcPort, type PlacedRing } from '../ring/kind.ts'

const memberlist = { store: 'memberlist' }

export function mimirConfig(placed: PlacedRing): YamlMap {
  const { listen, settings } = placed
  const { host, address } = placed.member
  const dataDir = dataDirOf({ name: 'mimir' })
  // Each ring asks for them again, and takes any name of the host if it is not told.
  const self = { instance_id: host, instance_addr: address, kvstore: memberlist }
  // A minute's wait for a ring that does not change is for hundreds of members.
  const quick = { ...self, wait_stability_min_duration: '0s' }
  return {
    target: 'all',
    multitenancy_enabled: false,
    usage_stats: { enabled: false },
    activity_tracker: { filepath: `${dataDir}/activity` },
    server: {
      http_listen_address: listen.address,
      http_listen_port: listen.port,
      // At all addresses, since its parts reach each other at 127.0.0.1. promha closes the port to others.
      grpc_listen_port: grpcPort,
    },
    memberlist: gossipOf(placed),
    distributor: { ring: self, ha_tracker: { enable_ha_tracker: true, kvstore: memberlist } },
    ingester: {
      ring: {
        ...self,
        replication_factor: copies,
        tokens_file_path: `${dataDir}/tokens`,
        // Every 15 s otherwise, so that one that died would not be known as soon.
        heartbeat_period: '5s',
      },
    },
    blocks_storage: {
      ...settings.bucket,
      tsdb: { dir: `${dataDir}/tsdb` },
      bucket_store: { sync_dir: `${dataDir}/sync` },
    },
    store_gateway: { sharding_ring: { ...quick, replication_factor: copies } },
    compactor: { data_dir: `${dataDir}/compactor`, sharding_ring: quick },
    // It has none, and must not look for them where the blocks are.
    ruler: { rule_path: `${dataDir}/rules`, ring: self },
    ruler_storage: { backend: 'filesystem', filesystem: { dir: `${dataDir}/ruler` } },
    limits: { ...limitsOf(placed), ...trackerTimes(placed) },
  }
}
