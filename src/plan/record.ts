/** What is written down of an instance once its change is confirmed. Pure. */
import type { ProgramHash } from '../resource/difference.ts'
import { unitFile } from '../resource/difference.ts'
import { contentHash } from '../resource/hash.ts'
import type { Observed, Stamp } from '../resource/observed.ts'
import type { Content } from '../shell/store.ts'
import type { InstancePlan } from './model.ts'
import { ownedAfter } from './owned.ts'
import { fingerprints } from './service.ts'

/** The new stamp. Its time is 0: the host has its own clock. */
export function stampAfter(
  plan: InstancePlan,
  observed: Observed,
  programHash: ProgramHash,
  run: string,
): Stamp {
  const { instance } = plan
  const owned = ownedAfter(plan, observed)
  const { cell, health } = instance
  const common = { time: 0, cell, unit: instance.service.unit, owned }
  // Of what has left, only the data and whose it is are still promha's; nothing runs, and no run is to be undone.
  const before = observed.stamps.get(instance.component)
  // The data was written by that version, and not every other one can read it.
  if (instance.retired)
    return {
      ...common,
      restart: '',
      reload: '',
      all: '',
      run: '',
      generation: 0,
      version: before?.version ?? '',
    }
  const wanted = fingerprints(instance, programHash)
  const same = before !== undefined && before.all === wanted.all
  const next = (before?.generation ?? 0) + (same ? 0 : 1)
  return {
    ...common,
    ...wanted,
    // What only restores a generation is no run that could be undone.
    run: instance.back?.run ?? (same && before.run !== '' ? before.run : run),
    generation: instance.back?.generation ?? Math.max(1, next),
    version: versionOf(plan),
    health,
  }
}

/** Every file and program of the instance, as it lies in its place once the change is made. */
export function contentsOf({ instance }: InstancePlan, programHash: ProgramHash): readonly Content[] {
  return instance.resources.flatMap((resource): Content[] => {
    switch (resource.kind) {
      case 'program':
        return [{ path: resource.path, sha256: programHash(resource), shared: true }]
      case 'file':
        return [{ path: resource.path, sha256: contentHash(resource.content), shared: false }]
      case 'unit':
        return [{ path: unitFile(resource).path, sha256: contentHash(resource.content), shared: false }]
      default:
        return []
    }
  })
}

function versionOf({ instance }: InstancePlan): string {
  return instance.resources.find(resource => resource.kind === 'program')?.version ?? ''
}
