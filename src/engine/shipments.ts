/** Programs go to all hosts before anything is changed on any. */
import type { HostPlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import type { RunRequest } from './api.ts'
import { fail, type Progress } from './progress.ts'
import { push, type Shipment } from './push.ts'
import { archOf } from './releases.ts'
import type { Compared, Survey } from './survey.ts'

/** Sends what the plans need of the cache. A host on which one did not arrive is given up. */
export async function pushPrograms(
  survey: Survey,
  compared: Compared,
  plans: readonly HostPlan[],
  request: RunRequest,
  progress: Progress,
): Promise<void> {
  const shipments = await shipmentsFor(survey, compared, plans)
  if (shipments.length === 0) return
  const total = shipments.reduce((sum, shipment) => sum + shipment.compressed.size * shipment.hosts.length, 0)
  const began = performance.now()
  request.emit({ type: 'stage-begin', stage: 'push', total, unit: 'bytes' })
  let sent = 0
  await push(shipments, {
    signal: request.signal,
    onBytes: count => {
      sent += count
      request.emit({ type: 'stage-progress', stage: 'push', done: sent })
    },
    onFailed: (host, problems) => fail(progress, request.emit, host, 'failed', problems),
  })
  request.emit({ type: 'stage-end', stage: 'push', elapsed: performance.now() - began })
}

async function shipmentsFor(
  survey: Survey,
  compared: Compared,
  plans: readonly HostPlan[],
): Promise<readonly Shipment[]> {
  const shipments = new Map<string, Shipment & { hosts: Shipment['hosts'][number][] }>()
  for (const plan of plans) {
    const session = compared.sessions.find(candidate => candidate.host.name === plan.host)
    if (!session?.connection || !session.observed) continue
    const arch = archOf(session.observed.machine, plan.host)
    for (const { instance, renewed } of plan.instances) {
      for (const resource of instance.resources) {
        if (resource.kind !== 'program' || !renewed.has(resourceId(resource))) continue
        // The host has it in its own store.
        if (resource.stored !== undefined) continue
        const { release, file } = compared.releases.file(arch, resource)
        const key = `${file.sha256} ${resource.path}`
        const known = shipments.get(key)
        if (known) known.hosts.push(session.connection)
        else {
          const compressed = await survey.prepared.artifacts.compressed(release, file)
          shipments.set(key, {
            sha256: file.sha256,
            path: resource.path,
            compressed,
            hosts: [session.connection],
          })
        }
      }
    }
  }
  return [...shipments.values()]
}
