/** A plan to be kept and carried out later, or not at all. It holds hashes, no contents and no differences. Pure. */
import type { Component } from '../inventory/model.ts'
import type { ProgramHash } from '../resource/difference.ts'
import { fingerprint } from '../resource/hash.ts'
import type { Instance } from '../resource/model.ts'
import type { Observed, Stamp } from '../resource/observed.ts'
import type { Action, HostPlan, HostStatus, InstancePlan } from './model.ts'
import { exists, manifestEntry } from './owned.ts'
import { fingerprints } from './service.ts'

export interface SavedPlan {
  /** The version of the form. */
  readonly promha: 1
  /** Tells it apart from the documents that `--json` prints. */
  readonly kind: 'plan'
  /** As the user typed it; compared with what `apply --plan` is given, and never opened. */
  readonly inventory: string
  /** What `--limit`, `--only` and `--skip` left, by name. */
  readonly selection: { readonly hosts: readonly string[]; readonly components: readonly Component[] }
  readonly hosts: readonly SavedHost[]
}

export interface SavedHost {
  readonly host: string
  readonly status: HostStatus
  readonly components: readonly SavedComponent[]
}

export interface SavedComponent {
  readonly component: Component
  /** Fingerprint of all that the host said of it and that the plan was computed from. */
  readonly observed: string
  /** Fingerprint of what the inventory wants of it. */
  readonly desired: string
  readonly changes: readonly { readonly resource: string; readonly action: Action; readonly reason: string }[]
}

/** One host as it was compared. */
export interface PlannedHost {
  readonly plan: HostPlan
  /** Absent where it could not be observed. */
  readonly observed?: Observed
  /** Absent where its architecture has no programs. */
  readonly programHash?: ProgramHash
}

export interface PlanToSave {
  readonly inventory: string
  readonly selection: { readonly hosts: ReadonlySet<string>; readonly components: ReadonlySet<Component> }
  readonly hosts: readonly PlannedHost[]
}

/** The plan as a value for a file. The same plan of the same hosts gives the same value. */
export function savePlan({ inventory, selection, hosts }: PlanToSave): SavedPlan {
  const components = [...selection.components]
  return {
    promha: 1,
    kind: 'plan',
    inventory,
    selection: { hosts: [...selection.hosts].sort(), components },
    hosts: hosts.map(savedHost).sort((a, b) => (a.host < b.host ? -1 : 1)),
  }
}

function savedHost({ plan, observed, programHash }: PlannedHost): SavedHost {
  const known = observed && programHash ? plan.instances : []
  return {
    host: plan.host,
    status: plan.status,
    components: known
      .map(item => savedComponent(item, observed as Observed, programHash as ProgramHash))
      .sort((a, b) => (a.component < b.component ? -1 : 1)),
  }
}

function savedComponent(item: InstancePlan, observed: Observed, programHash: ProgramHash): SavedComponent {
  return {
    component: item.component,
    observed: fingerprint(seen(item.instance, observed)),
    desired: fingerprint(wanted(item.instance, programHash)),
    changes: item.changes.map(({ resource, action, reason }) => ({ resource, action, reason })),
  }
}

function wanted(instance: Instance, programHash: ProgramHash): readonly string[] {
  const { cell, service, retired = false, health } = instance
  return [
    cell,
    service.unit,
    String(retired),
    JSON.stringify(health),
    fingerprints(instance, programHash).all,
  ]
}

/** What a plan depends on: not how long a service has run, nor times. */
function seen(instance: Instance, observed: Observed): readonly string[] {
  const things = instance.resources.flatMap(resource => {
    const entry = manifestEntry(resource)
    if (!entry) return []
    if (entry.kind === 'package')
      return [`package ${entry.name} ${exists(resource, observed)} ${observed.packages.ours.has(entry.name)}`]
    if (entry.kind === 'user') {
      const group = observed.groups.has(entry.name) ? '' : ' without a group'
      return [`${entry.name} ${observed.users.has(entry.name)}${group}`]
    }
    const { type, mode, owner, group } = observed.paths.get(entry.name) ?? {}
    const hash = observed.hashes.get(entry.name)
    return [JSON.stringify([entry.name, type, mode, owner, group, hash])]
  })
  const { load, active, enabled, needsDaemonReload } = observed.units.get(instance.service.unit) ?? {}
  return [
    observed.machine,
    ...things,
    JSON.stringify([load, active, enabled, needsDaemonReload]),
    JSON.stringify(stampParts(observed.stamps.get(instance.component))),
    JSON.stringify(observed.unfinished.filter(({ name }) => name === instance.component)),
  ]
}

function stampParts(stamp: Stamp | undefined): readonly unknown[] {
  if (!stamp) return []
  const { restart, reload, all, run, generation, cell, version, unit, undone, owned } = stamp
  const manifest = owned.map(({ kind, name, found }) => [kind, name, found])
  return [restart, reload, all, run, generation, cell, version, unit, undone, manifest]
}
