/** What a service needs: the part of the plan that interrupts something, so each step has its reason. */
import { fingerprint } from '../resource/hash.ts'
import { resourceKind } from '../resource/kind/kinds.ts'
import { type Effect, type Instance, type ProgramHash, type Resource, resourceId } from '../resource/model.ts'
import type { Observed, Owned, StateRecord, UnitFacts } from '../resource/observed.ts'
import { runsOrStarts, unitState } from '../resource/unit-state.ts'
import type { Change } from './model.ts'
import { manifestEntry } from './owned/owned.ts'

type Fingerprints = Pick<StateRecord, 'restart' | 'reload' | 'all'>

/** What the running service has to have read, apart by what makes it read it, and all that the instance consists of. */
export function fingerprints(instance: Instance, programHash: ProgramHash): Fingerprints {
  const parts = (effect: Effect) =>
    instance.resources
      .flatMap(resource => (effectOf(resource) === effect ? content(resource, programHash) : []))
      .sort()
  const all = fingerprint(instance.resources.flatMap(resource => whole(resource, programHash)).sort())
  return { restart: fingerprint(parts('restart')), reload: fingerprint(parts('reload')), all }
}

function content(resource: Resource, programHash: ProgramHash): string[] {
  const found = resourceKind(resource).content?.(resource, programHash)
  return found ? [`${resourceId(resource).replace(/^\w+:/, '')} ${found.sha256}`] : []
}

/** Only what a comparison with the host sees, and what a generation's listing says too. */
function whole(resource: Resource, programHash: ProgramHash): string[] {
  if (!manifestEntry(resource)) return []
  const { attributes } = resourceKind(resource)
  const seen = [resourceId(resource), effectOf(resource), ...content(resource, programHash)]
  return [[...seen, ...attributes(resource)].join(' ')]
}

/** What new content of this resource asks of the service that reads it. */
function effectOf(resource: Resource): Effect {
  return resourceKind(resource).effect(resource)
}

interface Upcoming {
  /** Ids of the instance's resources whose content is about to change. */
  readonly renewed: ReadonlySet<string>
  /** What goes. */
  readonly removed: readonly Owned[]
  readonly wanted: Fingerprints
}

/** What is done to the running service comes last, and is one thing. */
export function serviceChanges(
  instance: Instance,
  observed: Observed,
  upcoming: Upcoming,
): readonly Change[] {
  const resource = resourceId(instance.service)
  const unit = observed.units.get(instance.service.unit)
  const enable: readonly Change[] = unit?.enabled
    ? []
    : [{ resource, action: 'enable', reason: 'does not start at boot' }]
  const told = action(instance, observed, upcoming)
  return told ? [...enable, { resource, ...told }] : enable
}

type Told = Pick<Change, 'action' | 'reason'>

function action(
  instance: Instance,
  observed: Observed,
  { renewed, removed, wanted }: Upcoming,
): Told | undefined {
  const unit = observed.units.get(instance.service.unit)
  const running = unit !== undefined && runsOrStarts(unit.active)
  if (!running) return { action: 'start', reason: stoppedReason(unit?.active) }

  // The process keeps the number of a group that is gone, and could read no file of the new one.
  const group = instance.resources.find(one => resourceKind(one).lacksCompanion?.(one, observed))
  if (group) return { action: 'restart', reason: `${resourceId(group)} gets a new group` }
  const stamp = observed.records.get(instance.component)
  const restart = cause(instance, renewed, 'restart')
  if (restart) return { action: 'restart', reason: `${restart} changes` }
  const reload = cause(instance, renewed, 'reload')
  if (!stamp) return adopted(instance, observed, unit, reload)
  if (stamp.restart !== wanted.restart) return { action: 'restart', reason: staleReason('unit or program') }
  if (reload) return { action: 'reload', reason: `${reload} changes` }
  if (stamp.reload !== wanted.reload) {
    const gone = removed.find(({ kind }) => kind === 'file')
    const reason = gone ? `file:${gone.name} left the inventory` : staleReason('config')
    return { action: 'reload', reason }
  }
  if (unit.needsDaemonReload)
    return { action: 'update', reason: 'systemd has not read the unit file since it changed' }
  // What leaves a cell is taken away by that cell only, so it is to be known as this one's.
  if (stamp.cell === instance.cell) return undefined
  return {
    action: 'adopt',
    reason: `it was of ${stamp.cell === '' ? 'no known cell' : `cell ${stamp.cell}`}`,
  }
}

/** A running service that promha has never confirmed, with unit and programs as wanted: it may go on as it runs. */
function adopted(instance: Instance, observed: Observed, unit: UnitFacts, reload: string | undefined): Told {
  if (unit.needsDaemonReload || !runsWhatIsThere(instance, observed, unit.since)) {
    return { action: 'restart', reason: 'it may have been started before its unit or program was put there' }
  }
  if (reload) return { action: 'reload', reason: `${reload} changes` }
  // It is not known which config it has read last, and a reload interrupts nothing.
  if (instance.resources.some(resource => effectOf(resource) === 'reload'))
    return { action: 'reload', reason: 'promha has not confirmed yet that it has read the present config' }
  return { action: 'adopt', reason: 'runs what is wanted already; promha looks after it from now on' }
}

/** Whether it was started after the last change of everything that it reads at its start only. By the host's clock. */
function runsWhatIsThere(instance: Instance, observed: Observed, since: number | undefined): boolean {
  if (since === undefined) return false
  return instance.resources
    .filter(resource => effectOf(resource) === 'restart' && resourceKind(resource).content)
    .every(resource => {
      const facts = observed.paths.get(manifestEntry(resource)?.name ?? '')
      // The time of its inode, which no copying tool sets back: see the probe's format.
      return facts !== undefined && Number(facts.identity.split(' ')[2]) < since
    })
}

function stoppedReason(active: string | undefined): string {
  if (active === undefined || unitState(active) === 'off') return 'not running'
  return `not running: systemd says ${active}`
}

function staleReason(what: string): string {
  return `the ${what} it runs is not confirmed to be the present one`
}

/** The first resource with new content that asks for this. */
function cause(instance: Instance, renewed: ReadonlySet<string>, effect: Effect): string | undefined {
  return instance.resources
    .filter(resource => effectOf(resource) === effect)
    .map(resourceId)
    .find(id => renewed.has(id))
}
