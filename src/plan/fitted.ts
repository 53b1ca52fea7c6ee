/** What a host's own facts change of an instance. Pure. */
import type { Instance } from '../resource/model.ts'
import type { Observed } from '../resource/observed.ts'

/**
 * node_exporter reports the file systems of /home and /root, so it must see them. Where nothing is mounted there, it sees
 * nothing of them: the report stays the same.
 */
export function fitted(instance: Instance, { homesMounted }: Observed): Instance {
  if (instance.component !== 'node_exporter' || homesMounted !== false) return instance
  const resources = instance.resources.map(resource =>
    resource.kind === 'unit' && typeof resource.content === 'string'
      ? { ...resource, content: resource.content.replace(/^ProtectHome=read-only$/m, 'ProtectHome=true') }
      : resource,
  )
  return { ...instance, resources }
}
