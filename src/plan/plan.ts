/** Desired + observed → what would be done on one host, and why. Pure. */
import { difference, type ProgramHash } from '../resource/difference.ts'
import { type Instance, resourceId } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'
import type { Change, InstancePlan } from './model.ts'
import { fingerprints, serviceChanges } from './service.ts'

export function planInstance(instance: Instance, observed: Observed, programHash: ProgramHash): InstancePlan {
  const changes: Change[] = []
  const renewed = new Set<string>()
  for (const resource of instance.resources) {
    if (resource.kind === 'service') continue
    const found = difference(resource, observed, programHash)
    if (!found) continue
    changes.push({ resource: resourceId(resource), action: found.action, reason: found.reason })
    if (found.content) renewed.add(resourceId(resource))
  }
  const service = serviceChanges(instance, renewed, observed, fingerprints(instance, programHash))
  return { instance, component: instance.component, changes: [...changes, ...service], renewed }
}
