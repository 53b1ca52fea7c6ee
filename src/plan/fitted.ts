/** What a host's own facts change of an instance. Pure. */
import { knownDefinition } from '../../roles/index.ts'
import type { Instance } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'

export function fitted(instance: Instance, observed: Observed): Instance {
  const fit = knownDefinition(instance.component)?.fittedUnit
  if (!fit) return instance
  const resources = instance.resources.map(resource =>
    resource.kind === 'unit' && typeof resource.content === 'string'
      ? { ...resource, content: fit(resource.content, observed) }
      : resource,
  )
  return { ...instance, resources }
}
