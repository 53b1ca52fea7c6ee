/** Desired + observed → what would be done on one host, and why. Pure. */
import { difference, isMasked, type ProgramHash } from '../resource/difference.ts'
import { type Effect, type Instance, type Resource, resourceId } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { effectOf, effectOfAction, withEffect } from './effect.ts'
import type { Change, InstancePlan } from './model.ts'
import { exists, manifestEntry, ownership, removedFrom } from './owned.ts'
import { deletion, planRetired } from './retire.ts'
import { fingerprints, serviceChanges } from './service.ts'

export function planInstance(instance: Instance, observed: Observed, programHash: ProgramHash): InstancePlan {
  if (instance.retired) return planRetired(instance, observed)
  const renewed = new Set<string>()
  const backups: string[] = []
  const planned: Planned[] = []
  for (const resource of instance.resources) {
    if (resource.kind === 'service') continue
    const found = compared(resource, instance, observed, programHash)
    if (!found) continue
    const { change, content, masked, backup } = found
    if (content) renewed.add(change.resource)
    if (backup !== undefined) backups.push(backup)
    planned.push({ change, masked, asks: content ? effectOf(resource) : 'none' })
  }
  const removed = removedFrom(instance, observed)
  const wanted = fingerprints(instance, programHash)
  const service = serviceChanges(instance, renewed, observed, wanted, removed)
  const effect = strongest(service.map(change => effectOfAction(change.action)))
  return {
    instance,
    component: instance.component,
    changes: [
      ...maskedFirst(planned).map(({ change, asks }) => withEffect(change, asks, effect)),
      ...removed.map(deletion),
      ...service.map(change => ({ ...change, effect: effectOfAction(change.action) })),
    ],
    renewed,
    removed,
    backups,
  }
}

interface Planned {
  readonly change: Change
  /** Its unit is masked, and the change unmasks it. */
  readonly masked: boolean
  readonly asks: Effect
}

/** An admin masked the unit so that it does not run, so the plan shows this change first. */
function maskedFirst(planned: readonly Planned[]): readonly Planned[] {
  return [...planned.filter(({ masked }) => masked), ...planned.filter(({ masked }) => !masked)]
}

interface Compared extends Pick<Planned, 'change' | 'masked'> {
  /** Its content is new to the service. */
  readonly content: boolean
  /** A path whose present content is to be kept. */
  readonly backup?: string
}

function compared(
  resource: Exclude<Resource, { kind: 'service' }>,
  instance: Instance,
  observed: Observed,
  programHash: ProgramHash,
): Compared | undefined {
  const id = resourceId(resource)
  const found = difference(resource, observed, programHash)
  const stranger = exists(resource, observed) && !ownership(resource, observed, instance.component)
  // What is adopted as it stands is kept too: a later change of it must not be the end of what was found.
  const kept = stranger && isPlaced(resource) ? { backup: manifestEntry(resource)?.name ?? '' } : {}
  if (!found) {
    if (!stranger) return undefined
    const reason = resource.kind === 'package' ? adoptedPackage(resource.name, observed) : adoptedReason
    return { change: { resource: id, action: 'adopt', reason }, content: false, masked: false, ...kept }
  }
  const { action, content } = found
  const masked = resource.kind === 'unit' && isMasked(resource.name, observed)
  const backup = stranger && content && !masked
  const reasons = [
    found.reason,
    ...(backup ? ['what is there is kept as a backup'] : []),
    ...(resource.kind === 'unit' && resource.note !== undefined ? [resource.note] : []),
  ]
  const reason = reasons.join('; ')
  return { change: { resource: id, action, reason }, content, masked, ...kept }
}

const adoptedReason = 'as wanted already; promha looks after it from now on'

function adoptedPackage(name: string, { packages }: Observed): string {
  return packages.ours.has(name)
    ? 'an earlier run of promha installed it'
    : 'installed already; it stays when promha goes'
}

/** Users, packages and directories stay where they are: only their owner and mode may change. */
function isPlaced({ kind }: Resource): boolean {
  return kind === 'file' || kind === 'program' || kind === 'unit'
}

function strongest(effects: readonly Effect[]): Effect {
  if (effects.includes('restart')) return 'restart'
  return effects.includes('reload') ? 'reload' : 'none'
}
