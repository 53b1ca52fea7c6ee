/** Desired + observed → what would be done on one host, and why. Pure. */
import { resourceKind } from '../resource/kind/kinds.ts'
import { type Effect, type Instance, type ProgramHash, type Resource, resourceId } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import { type Change, effectOfAction, type InstancePlan } from './model.ts'
import { manifestEntry, ownership, removedFrom } from './owned/owned.ts'
import { deletion, planRetired } from './owned/retire.ts'
import { fingerprints, serviceChanges } from './service.ts'

export function planInstance(instance: Instance, observed: Observed, programHash: ProgramHash): InstancePlan {
  if (instance.retired) return planRetired(instance, observed)
  const found = instance.resources.flatMap(one => compared(one, instance, observed, programHash) ?? [])
  const renewed = new Set(found.flatMap(({ change, content }) => (content ? [change.resource] : [])))
  const removed = removedFrom(instance, observed)
  const wanted = fingerprints(instance, programHash)
  const service = serviceChanges(instance, observed, { renewed, removed, wanted }).map(change => ({
    ...change,
    effect: effectOfAction(change.action),
  }))
  // A service that does not run has nothing to read again.
  const idle = service.every(({ effect }) => effect === 'none')
  // An admin masked the unit so that it does not run, so the plan shows that change first.
  const shown = [...found].sort((a, b) => Number(b.masked) - Number(a.masked))
  return {
    instance,
    component: instance.component,
    changes: [
      ...shown.map(({ change, asks }) => ({ ...change, effect: idle ? 'none' : asks })),
      ...removed.map(entry => deletion(entry)),
      ...service,
    ],
    renewed,
    removed,
    backups: found.flatMap(({ backup }) => backup ?? []),
  }
}

interface Compared {
  readonly change: Change
  /** Its content is new to the service. */
  readonly content: boolean
  /** What that asks of the service. */
  readonly asks: Effect
  /** Its unit is masked, and the change unmasks it. */
  readonly masked: boolean
  /** A path whose present content is to be kept. */
  readonly backup?: string
}

function compared(
  resource: Resource,
  instance: Instance,
  observed: Observed,
  programHash: ProgramHash,
): Compared | undefined {
  const id = resourceId(resource)
  const kind = resourceKind(resource)
  const found = kind.differ(resource, observed, programHash)
  const stranger = kind.isThere(resource, observed) && !ownership(resource, observed, instance.component)
  // What is adopted as it stands is kept too: a later change of it must not be the end of what was found. Users, packages
  // and directories stay where they are: only their owner and mode may change.
  const kept = stranger && kind.content ? { backup: manifestEntry(resource)?.name ?? '' } : {}
  if (!found) {
    if (!stranger) return undefined
    const reason = kind.adopted?.(resource, observed) ?? adoptedReason
    const change = { resource: id, action: 'adopt', reason } as const
    return { change, content: false, asks: 'none', masked: false, ...kept }
  }
  const { action, content, masked = false } = found
  const backup = stranger && content && !masked
  const reasons = [found.reason, ...(backup ? ['what is there is kept as a backup'] : [])]
  const reason = [...reasons, ...(kind.note?.(resource) ?? [])].join('; ')
  const asks = content ? kind.effect(resource) : 'none'
  const change = { resource: id, action, reason, ...(content ? versions(resource, action, observed) : {}) }
  return { change, content, asks, masked, ...kept }
}

/** Of what bears its component's version. */
function versions(
  resource: Resource,
  action: Change['action'],
  { records }: Observed,
): Pick<Change, 'from' | 'to'> {
  if (resource.kind !== 'program' && resource.kind !== 'tree') return {}
  const noted = action === 'update' ? records.get(resource.component)?.version : undefined
  return { to: resource.version, ...(noted ? { from: noted } : {}) }
}

const adoptedReason = 'as wanted already; promha looks after it from now on'
