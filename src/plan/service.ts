/** What a service needs: the part of the plan that interrupts something, so each step has its reason. */

import type { ProgramHash } from '../resource/difference.ts'
import { contentHash, fingerprint } from '../resource/hash.ts'
import type { Effect, Instance, Resource } from '../resource/model.ts'
import { resourceId } from '../resource/model.ts'
import { lacksGroup, type Observed, type Owned, type UnitFacts } from '../resource/observed.ts'
import { effectOf } from './effect.ts'
import type { Change } from './model.ts'
import { manifestEntry } from './owned.ts'

interface Fingerprints {
  readonly restart: string
  readonly reload: string
  /** Of all that is put on the host: watched files, owners and modes included. */
  readonly all: string
}

/** What the running service has to have read, apart by what makes it read it, and all that the instance consists of. */
export function fingerprints(instance: Instance, programHash: ProgramHash): Fingerprints {
  const parts = (effect: Effect) =>
    instance.resources
      .flatMap(resource => (effectOf(resource) === effect ? content(resource, programHash) : []))
      .sort()
  const all = instance.resources.flatMap(resource => whole(resource, programHash)).sort()
  return {
    restart: fingerprint(parts('restart')),
    reload: fingerprint(parts('reload')),
    all: fingerprint(all),
  }
}

function content(resource: Resource, programHash: ProgramHash): string[] {
  if (resource.kind === 'program') return [`${resource.path} ${programHash(resource)}`]
  if (resource.kind === 'file') return [`${resource.path} ${contentHash(resource.content)}`]
  return resource.kind === 'unit' ? [`${resource.name} ${contentHash(resource.content)}`] : []
}

/** Only what a comparison with the host sees, and what a generation's listing says too. */
function whole(resource: Resource, programHash: ProgramHash): string[] {
  const seen = [resourceId(resource), effectOf(resource), ...content(resource, programHash)]
  switch (resource.kind) {
    case 'service':
      return []
    case 'directory':
    case 'file':
      return [[...seen, resource.owner, resource.group, resource.mode].join(' ')]
    case 'program':
      return [[...seen, resource.mode].join(' ')]
    default:
      return [seen.join(' ')]
  }
}

/**
 * `renewed`: ids of the instance's resources whose content is about to change; `removed`: what goes. What is done to the
 * running service comes last, and is one thing.
 */
export function serviceChanges(
  instance: Instance,
  renewed: ReadonlySet<string>,
  observed: Observed,
  wanted: Fingerprints,
  removed: readonly Owned[] = [],
): readonly Change[] {
  const resource = resourceId(instance.service)
  const unit = observed.units.get(instance.service.unit)
  const enable: readonly Change[] = unit?.enabled
    ? []
    : [{ resource, action: 'enable', reason: 'does not start at boot' }]
  const told = action(instance, renewed, observed, wanted, removed)
  return told ? [...enable, { resource, ...told }] : enable
}

type Told = Pick<Change, 'action' | 'reason'>

function action(
  instance: Instance,
  renewed: ReadonlySet<string>,
  observed: Observed,
  wanted: Fingerprints,
  removed: readonly Owned[],
): Told | undefined {
  const unit = observed.units.get(instance.service.unit)
  const running = unit !== undefined && isRunning(unit.active)
  if (!running) return { action: 'start', reason: stoppedReason(unit?.active) }

  // The process keeps the number of a group that is gone, and could read no file of the new one.
  const group = instance.resources.find(one => one.kind === 'user' && lacksGroup(one.name, observed))
  if (group) return { action: 'restart', reason: `${resourceId(group)} gets a new group` }
  const stamp = observed.stamps.get(instance.component)
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
  if (stamp.cell !== instance.cell)
    return {
      action: 'adopt',
      reason: `it was of ${stamp.cell === '' ? 'no known cell' : `cell ${stamp.cell}`}`,
    }
  return undefined
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
    .filter(resource => effectOf(resource) === 'restart' && resource.kind !== 'package')
    .every(resource => {
      const facts = observed.paths.get(manifestEntry(resource)?.name ?? '')
      // The time of its inode, which no copying tool sets back: see the probe's format.
      return facts !== undefined && Number(facts.identity.split(' ')[2]) < since
    })
}

function stoppedReason(active: string | undefined): string {
  if (active === undefined || active === 'inactive') return 'not running'
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

/** `active`: systemd's ActiveState. What systemd is about to start again counts: it is not to stay stopped. */
export function isRunning(active: string): boolean {
  return ['active', 'reloading', 'activating'].includes(active)
}
