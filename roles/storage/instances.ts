/** The roles of all stores, a line each. */
import type { Role } from '../component.ts'
import { cortexRing } from '../cortex/kind.ts'
import { etcdInstances } from '../m3db/etcd/role.ts'
import { m3dbInstances } from '../m3db/role.ts'
import { mimirRing } from '../mimir/kind.ts'
import { ringRole } from '../ring/role.ts'
import { thanosInstances } from '../thanos/role.ts'
import { victoriaMetricsClusterInstances } from '../victoriametrics/cluster/role.ts'
import { victoriaMetricsInstances } from '../victoriametrics/role.ts'

export const storeRoles: readonly Role[] = [
  victoriaMetricsInstances,
  victoriaMetricsClusterInstances,
  thanosInstances,
  ringRole(cortexRing),
  ringRole(mimirRing),
  etcdInstances,
  m3dbInstances,
]
