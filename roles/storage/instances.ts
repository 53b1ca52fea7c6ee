/** The roles of all stores, a line each. */
import type { Role } from '../component.ts'
import { cortexRing } from '../cortex/kind.ts'
import { mimirRing } from '../mimir/kind.ts'
import { ringRole } from '../ring/role.ts'
import { victoriaMetricsInstances } from '../victoriametrics/role.ts'

export const storeRoles: readonly Role[] = [
  victoriaMetricsInstances,
  ringRole(cortexRing),
  ringRole(mimirRing),
]
