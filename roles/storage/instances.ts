/** The roles of all stores, a line each. */
import type { Role } from '../component.ts'
import { thanosInstances } from '../thanos/role.ts'
import { victoriaMetricsClusterInstances } from '../victoriametrics/cluster/role.ts'
import { victoriaMetricsInstances } from '../victoriametrics/role.ts'

export const storeRoles: readonly Role[] = [
  victoriaMetricsInstances,
  victoriaMetricsClusterInstances,
  thanosInstances,
]
