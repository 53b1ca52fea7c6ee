/** What has left the inventory: components that promha owns on a host and that are no longer wanted there. Pure. */
import { unitHealth } from '../../../roles/component.ts'
import { knownDefinition } from '../../../roles/index.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import { ownedKinds } from '../../resource/kind/kinds.ts'
import { atInstance, type Instance, unitOf } from '../../resource/model.ts'
import type { Observed, Owned, StateRecord } from '../../resource/observed.ts'
import { isStopped } from '../../resource/unit-state.ts'
import { orderOf } from '../../topology/order.ts'
import { isChosen } from '../chosen.ts'
import { type Change, effectOfAction, type InstancePlan } from '../model.ts'
import { ownedProblem } from './messages.ts'
import { entryId, removedFrom } from './owned.ts'
import { portsOf } from './ports.ts'

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
  const unwanted = [...observed.records].filter(
    ([component]) =>
      isChosen(components, component) && !wanted.some(instance => instance.component === component),
  )
  const leaving = unwanted.filter(([, { cell }]) => cells.has(cell))
  const leavesWith = new Set(leaving.map(([component]) => component))
  const instances: Instance[] = []
  const warnings: Problem[] = []
  for (const [component, stamp] of unwanted) {
    const leaves = leavesWith.has(component)
    const instance = { ...retiredInstance(host, component, stamp), ...(leaves ? { leavesWith } : {}) }
    // Data that was kept is no reason to come back every time.
    if (removedFrom(instance, observed).length === 0) continue
    if (leaves) instances.push(instance)
    else warnings.push(ownedProblem.ofOtherCell(atInstance(instance), component, host, stamp.cell))
  }
  return { instances, warnings }
}

/** A component of which nothing is wanted any more; what this promha does not know of it, the stamp says. */
export function retiredInstance(host: string, component: Component, stamp: StateRecord): Instance {
  const unit = stamp.unit || unitOf(component)
  const health = stamp.health ?? knownDefinition(component)?.health ?? unitHealth
  const service = { kind: 'service', unit, ports: portsOf(health, stamp.ports) } as const
  const known = { cell: stamp.cell, host, component, service, health, ...orderOf(component) }
  return { ...known, resources: [], checks: [], retired: true }
}

/** What another tool had there does not come back when its successor leaves, so that has to be said while it leaves. */
export function keptBackups(
  instances: readonly Instance[],
  { backups = [] }: Pick<Observed, 'backups'>,
): readonly Problem[] {
  return instances
    .filter(({ component }) => backups.includes(component))
    .map(instance => ownedProblem.backupKept(atInstance(instance), instance.component, instance.host))
}

const left = 'left the inventory'

/** Stopped, no longer started at boot, and removed as far as promha owns it. */
export function planRetired(instance: Instance, observed: Observed): InstancePlan {
  const removed = removedFrom(instance, observed)
  const deletions = removed.map(entry => {
    const change = deletion(entry, instance.reason)
    if (!isShared(entry, instance, observed)) return change
    return { ...change, reason: `${change.reason}; goes with the last component that has it` }
  })
  const changes = [...endOfService(instance, observed, removed), ...deletions]
  return { instance, component: instance.component, changes, renewed: new Set(), removed, backups: [] }
}

/** The service goes with its unit. What the probe was not asked for is taken to run. */
function endOfService(instance: Instance, observed: Observed, removed: readonly Owned[]): readonly Change[] {
  if (!removed.some(({ kind }) => kind === 'unit')) return []
  const resource = `service:${instance.service.unit}`
  const unit = observed.units.get(instance.service.unit)
  const { reason = left } = instance
  const actions = [
    ...(isStopped(unit?.active) ? [] : (['stop'] as const)),
    ...(unit?.enabled === false ? [] : (['disable'] as const)),
  ]
  return actions.map(action => ({ resource, action, reason, effect: effectOfAction(action) }))
}

/** A directory says by itself that it may stay. */
function isShared(
  { kind, name }: Owned,
  { component, leavesWith }: Instance,
  { records }: Observed,
): boolean {
  const others = [...(leavesWith ?? [])].filter(other => other !== component && !ownedKinds[kind].emptied)
  return others.some(other =>
    records.get(other)?.owned.some(entry => entry.kind === kind && entry.name === name),
  )
}

/** What promha owns and is no longer wanted goes. Directories only where they are empty. */
export function deletion(entry: Owned, why = left): Change {
  const reason = `${why}${ownedKinds[entry.kind].note ?? ''}`
  return { resource: entryId(entry), action: 'delete', effect: 'none', reason }
}
