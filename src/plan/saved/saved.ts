/** A plan to be kept and carried out later, or not at all. It holds hashes, no contents and no differences. Pure. */
import type { Component } from '../../inventory/model.ts'
import { fingerprint } from '../../resource/hash.ts'
import { resourceKind } from '../../resource/kind/kinds.ts'
import type { Instance, ProgramHash } from '../../resource/model.ts'
import type { Observed, StateRecord } from '../../resource/observed.ts'
import type { Action, HostStatus, InstancePlan } from '../model.ts'
import { manifestEntry } from '../owned/owned.ts'
import { fingerprints } from '../service.ts'

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
export interface ComparedHost {
  readonly host: string
  readonly status: HostStatus
  readonly plan: readonly InstancePlan[]
  /** Absent where it could not be observed. */
  readonly observed?: Observed
  /** Absent where its architecture has no programs. */
  readonly programHash?: ProgramHash
}

export interface PlanToSave {
  readonly inventory: string
  readonly selection: { readonly hosts: ReadonlySet<string>; readonly components: ReadonlySet<Component> }
  readonly hosts: readonly ComparedHost[]
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

function savedHost({ host, status, plan, observed, programHash }: ComparedHost): SavedHost {
  if (!observed || !programHash) return { host, status, components: [] }
  const components = plan.map(item => savedComponent(item, observed, programHash))
  return { host, status, components: components.sort((a, b) => (a.component < b.component ? -1 : 1)) }
}

function savedComponent(item: InstancePlan, observed: Observed, programHash: ProgramHash): SavedComponent {
  const { component, instance } = item
  const { cell, service, retired = false, health } = instance
  const { all } = fingerprints(instance, programHash)
  return {
    component,
    observed: fingerprint(seen(instance, observed)),
    desired: fingerprint([cell, service.unit, String(retired), JSON.stringify(health), all]),
    changes: item.changes.map(({ resource, action, reason }) => ({ resource, action, reason })),
  }
}

/** What a plan depends on: not how long a service has run, nor times. */
function seen(instance: Instance, observed: Observed): readonly string[] {
  const things = instance.resources
    .filter(manifestEntry)
    .map(resource => resourceKind(resource).seen(resource, observed))
  const { load, active, enabled, needsDaemonReload } = observed.units.get(instance.service.unit) ?? {}
  return [
    observed.machine,
    ...things,
    JSON.stringify([load, active, enabled, needsDaemonReload]),
    JSON.stringify(stampParts(observed.records.get(instance.component))),
    JSON.stringify(observed.unfinished.filter(({ name }) => name === instance.component)),
  ]
}

function stampParts(stamp: StateRecord | undefined): readonly unknown[] {
  if (!stamp) return []
  const { restart, reload, all, run, generation, cell, version, unit, undone, owned } = stamp
  const manifest = owned.map(({ kind, name, found }) => [kind, name, found])
  return [restart, reload, all, run, generation, cell, version, unit, undone, manifest]
}
