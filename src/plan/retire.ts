/** What has left the inventory: components that promha owns on a host and that are no longer wanted there. Pure. */
import { unitHealth } from '../../roles/component.ts'
import { knownDefinition } from '../../roles/index.ts'
import { type Problem, warning } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import { type Instance, portsOf, unitOf } from '../resource/model.ts'
import type { Observed, Owned, Stamp } from '../resource/observed.ts'
import { orderOf } from '../topology/order.ts'
import { isChosen } from './chosen.ts'
import { effectOfAction } from './effect.ts'
import type { Change, InstancePlan } from './model.ts'
import { removedFrom } from './owned.ts'

export interface RetireRequest {
  readonly host: string
  readonly observed: Observed
  /** All that the whole inventory wants on this host, selected or not. */
  readonly wanted: readonly Instance[]
  /** Names of the inventory's cells. */
  readonly cells: ReadonlySet<string>
  /** Those that are selected. */
  readonly components: ReadonlySet<Component>
}

interface Retired {
  readonly instances: readonly Instance[]
  readonly warnings: readonly Problem[]
}

/** The selected components of this inventory's cells that the host still has, as instances to be taken away. */
export function retiredInstances({ host, observed, wanted, cells, components }: RetireRequest): Retired {
  const instances: Instance[] = []
  const warnings: Problem[] = []
  for (const [component, stamp] of observed.stamps) {
    if (!isChosen(components, component) || wanted.some(instance => instance.component === component))
      continue
    const instance = retiredInstance(host, component, stamp)
    // Data that was kept is no reason to come back every time.
    if (removedFrom(instance, observed).length === 0) continue
    if (cells.has(stamp.cell)) instances.push(instance)
    else warnings.push(foreign(host, component, stamp))
  }
  return { instances, warnings }
}

/** A component of which nothing is wanted any more; what this promha does not know of it, the stamp says. */
export function retiredInstance(host: string, component: Component, stamp: Stamp): Instance {
  const unit = stamp.unit || unitOf(component)
  const health = stamp.health ?? knownDefinition(component)?.health ?? unitHealth
  const service = { kind: 'service', unit, ports: portsOf(health) } as const
  return {
    cell: stamp.cell,
    host,
    component,
    resources: [],
    service,
    checks: [],
    health,
    ...orderOf(component),
    // What leads to something, or watches it, goes before it.
    wave: -orderOf(component).wave,
    retired: true,
  }
}

function foreign(host: string, component: Component, { cell, unit }: Stamp): Problem {
  const whose = cell === '' ? 'a cell that is not known' : `cell ${cell}, which this inventory does not have`
  const destroy = `\`promha destroy -l ${host} --only ${component}\``
  return warning(`${component} on ${host} is left alone: it is of ${whose}`, {
    host,
    resource: `service:${unit || unitOf(component)}`,
    remedy: knownDefinition(component)
      ? `If you no longer want it, run ${destroy}.`
      : `To remove it, run ${destroy} with the promha and the inventory that installed it.`,
  })
}

const left = 'left the inventory'

/** Stopped, no longer started at boot, and removed as far as promha owns it. */
export function planRetired(instance: Instance, observed: Observed): InstancePlan {
  const removed = removedFrom(instance, observed)
  return {
    instance,
    component: instance.component,
    changes: [...farewell(instance, observed, removed), ...removed.map(entry => deletion(entry))].map(
      change =>
        instance.reason === undefined
          ? change
          : { ...change, reason: change.reason.replace(left, instance.reason) },
    ),
    renewed: new Set(),
    removed,
    backups: [],
  }
}

/** The service goes with its unit. What the probe was not asked for is taken to run. */
function farewell(instance: Instance, observed: Observed, removed: readonly Owned[]): readonly Change[] {
  if (!removed.some(({ kind }) => kind === 'unit')) return []
  const resource = `service:${instance.service.unit}`
  const unit = observed.units.get(instance.service.unit)
  const runs = unit === undefined || !['inactive', 'failed'].includes(unit.active)
  const found: Change[] = []
  if (runs) found.push({ resource, action: 'stop', reason: left, effect: effectOfAction('stop') })
  if (unit?.enabled !== false) found.push({ resource, action: 'disable', reason: left, effect: 'none' })
  return found
}

/** What promha owns and is no longer wanted goes. Directories only where they are empty. */
export function deletion({ kind, name }: Owned): Change {
  const change = { action: 'delete', effect: 'none' } as const
  switch (kind) {
    case 'unit':
      return { resource: `unit:${name.replace(/^.*\//, '')}`, ...change, reason: left }
    case 'data':
      return { resource: `directory:${name}`, ...change, reason: `${left}, with its data` }
    case 'directory':
      return { resource: `directory:${name}`, ...change, reason: `${left}; goes where it is empty` }
    default:
      return { resource: `${kind}:${name}`, ...change, reason: left }
  }
}
