/** What a service needs: the part of the plan that interrupts something, so each step has its reason. */

import { type ProgramHash, unitFile } from '../resource/difference.ts'
import { fingerprint, sha256 } from '../resource/hash.ts'
import type { Effect, Instance, Resource } from '../resource/model.ts'
import { resourceId } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import type { Change } from './model.ts'

export interface Fingerprints {
  readonly restart: string
  readonly reload: string
}

/** What the running service has to have read, apart by what makes it read it. */
export function fingerprints(instance: Instance, programHash: ProgramHash): Fingerprints {
  const parts = (effect: Effect) =>
    instance.resources.flatMap(resource => part(resource, effect, programHash)).sort()
  return { restart: fingerprint(parts('restart')), reload: fingerprint(parts('reload')) }
}

function part(resource: Resource, effect: Effect, programHash: ProgramHash): string[] {
  if (effectOf(resource) !== effect) return []
  if (resource.kind === 'program') return [`${resource.path} ${programHash(resource)}`]
  if (resource.kind === 'file') return [`${resource.path} ${sha256(resource.content)}`]
  return resource.kind === 'unit' ? [`${resource.name} ${sha256(resource.content)}`] : []
}

/** `renewed`: ids of the instance's resources whose content is about to change. */
export function serviceChanges(
  instance: Instance,
  renewed: ReadonlySet<string>,
  observed: Observed,
  wanted: Fingerprints,
): readonly Change[] {
  const resource = resourceId(instance.service)
  const unit = observed.units.get(instance.service.unit)
  const found: Change[] = []
  if (!unit?.enabled) found.push({ resource, action: 'enable', reason: 'does not start at boot' })

  const running = unit !== undefined && ['active', 'reloading', 'activating'].includes(unit.active)
  if (!running) return [...found, { resource, action: 'start', reason: stoppedReason(unit?.active) }]

  const stamp = observed.stamps.get(instance.component)
  const restart = cause(instance, renewed, 'restart')
  if (restart) return [...found, { resource, action: 'restart', reason: `${restart} changes` }]
  if (stamp?.restart !== wanted.restart)
    return [...found, { resource, action: 'restart', reason: staleReason(stamp, 'unit or program') }]
  const reload = cause(instance, renewed, 'reload')
  if (reload) return [...found, { resource, action: 'reload', reason: `${reload} changes` }]
  if (stamp.reload !== wanted.reload)
    return [...found, { resource, action: 'reload', reason: staleReason(stamp, 'config') }]
  if (unit.needsDaemonReload)
    return [
      ...found,
      { resource, action: 'update', reason: 'systemd has not read the unit file since it changed' },
    ]
  return found
}

function stoppedReason(active: string | undefined): string {
  if (active === undefined || active === 'inactive') return 'not running'
  return `not running: systemd says ${active}`
}

function staleReason(stamp: unknown, what: string): string {
  return stamp
    ? `the ${what} it runs is not confirmed to be the present one`
    : 'promha has not confirmed yet what it runs'
}

/** The first resource with new content that asks for this. */
function cause(instance: Instance, renewed: ReadonlySet<string>, effect: Effect): string | undefined {
  return instance.resources
    .filter(resource => effectOf(resource) === effect)
    .map(resourceId)
    .find(id => renewed.has(id))
}

function effectOf(resource: Resource): Effect {
  if (resource.kind === 'unit') return unitFile(resource).effect
  return resource.kind === 'file' || resource.kind === 'program' ? resource.effect : 'none'
}
