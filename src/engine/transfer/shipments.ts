/** Programs and trees go to all hosts before anything is changed on any. */
import type { InstancePlan } from '../../plan/model.ts'
import { releasedIn, resourceId } from '../../resource/model.ts'
import type { LockedContext, RunContext } from '../context.ts'
import { fail } from '../progress.ts'
import { stage } from '../stage.ts'
import { push, type Shipment } from './push.ts'
import { archOf } from './releases.ts'

/** Sends what the plans need of the cache. A host on which one did not arrive is given up. */
export async function pushPrograms(context: LockedContext, plans: readonly InstancePlan[]): Promise<void> {
  const { emit, signal } = context.request
  const shipments = await shipmentsFor(context, plans)
  if (shipments.length === 0) return
  const total = shipments.reduce((sum, shipment) => sum + shipment.compressed.size * shipment.hosts.length, 0)
  const onFailed = fail.bind(undefined, context)
  await stage(emit, 'push', told => push(shipments, { signal, onBytes: told.advance, onFailed }), {
    total,
    unit: 'bytes',
  })
}

async function shipmentsFor(
  { hosts, prepared, releases }: RunContext,
  plans: readonly InstancePlan[],
): Promise<readonly Shipment[]> {
  const shipments = new Map<string, Shipment & { hosts: Shipment['hosts'][number][] }>()
  for (const { instance, renewed } of plans) {
    const { connection, observed } = hosts.get(instance.host)?.session ?? {}
    if (!connection || !observed) continue
    const arch = archOf(observed.machine, instance.host)
    for (const resource of releasedIn(instance.resources)) {
      if (!renewed.has(resourceId(resource))) continue
      // The host has it in its own store.
      if (resource.stored !== undefined) continue
      const { release, file } = releases.file(arch, resource)
      const key = `${file.sha256} ${resource.path}`
      const known = shipments.get(key)
      if (known) known.hosts.push(connection)
      else {
        const compressed = await prepared.artifacts.compressed(release, file)
        const { kind, path } = resource
        const sent = { sha256: file.sha256, path, compressed, hosts: [connection] }
        shipments.set(key, kind === 'tree' ? { ...sent, tree: true } : sent)
      }
    }
  }
  return [...shipments.values()]
}
