/** What Cortex' and Mimir's configs have in common. */
import type { YamlMap } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import { chosenNoted, clusterLabel, gossipPort, type PlacedRing } from './kind.ts'

/** How a member finds the others. */
export function gossipOf({ member: { host, address }, store }: PlacedRing): YamlMap {
  return {
    node_name: host,
    bind_addr: [address],
    bind_port: gossipPort,
    advertise_addr: address,
    join_members: store.members.map(one => joinHostPort({ address: one.address, port: gossipPort })),
    abort_if_cluster_join_fails: false,
  }
}

/** When the other replica is taken. */
export function trackerTimes({ settings }: PlacedRing): YamlMap {
  return {
    ha_tracker_update_timeout: `${chosenNoted.every / 1000}s`,
    ha_tracker_update_timeout_jitter_max: `${chosenNoted.jitter / 1000}s`,
    ha_tracker_failover_timeout: `${settings.failover / 1000}s`,
  }
}

/** By what replicas are known, and how long samples are kept. */
export function limitsOf({ settings, store }: PlacedRing): YamlMap {
  return {
    accept_ha_samples: true,
    ha_cluster_label: clusterLabel,
    ha_replica_label: store.writers[0]?.replicaLabel ?? '',
    // So that the replica that takes over may send what is a little older.
    out_of_order_time_window: '10m',
    compactor_blocks_retention_period: settings.retention,
  }
}
