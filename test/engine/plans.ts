/** Plans as small as the order of change needs them. */
import { definitionOf } from '../../roles/index.ts'
import type { Component } from '../../src/inventory/model.ts'
import type { Action, Change, InstancePlan } from '../../src/plan/model.ts'
import type { Instance } from '../../src/resource/model.ts'
import { orderOf } from '../../src/topology/order.ts'

export function planOf(
  host: string,
  component: Component,
  rest: {
    readonly action?: Action
    readonly changes?: readonly Change[]
    readonly cell?: string
    readonly retired?: boolean
  } = {},
): InstancePlan {
  const { action = 'start', cell = 'eu', retired } = rest
  const service = { kind: 'service', unit: `${component}.service`, ports: [] } as const
  const instance: Instance = {
    cell,
    host,
    component,
    resources: [service],
    service,
    checks: [],
    health: {
      address: '127.0.0.1',
      port: definitionOf(component).health.port,
      readyPath: component === 'node_exporter' ? '/' : '/-/ready',
      loaded: component === 'prometheus' || component === 'alertmanager' ? component : 'none',
    },
    ...orderOf(component),
    ...(retired === undefined ? {} : { retired }),
  }
  const change: Change = { resource: `service:${service.unit}`, action, reason: 'a test wants it' }
  const { changes = [change] } = rest
  return { instance, component, changes, renewed: new Set(), removed: [], backups: [] }
}
