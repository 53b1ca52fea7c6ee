/** What is written down of an instance once its change is confirmed. Pure. */
import type { Content } from '../../resource/kind/kind.ts'
import { resourceKind } from '../../resource/kind/kinds.ts'
import { type ProgramHash, releasedIn } from '../../resource/model.ts'
import type { Observed, StateRecord } from '../../resource/observed.ts'
import type { InstancePlan } from '../model.ts'
import { fingerprints } from '../service.ts'
import { ownedAfter } from './owned.ts'

const nothingRuns = { restart: '', reload: '', all: '', run: '', generation: 0 }

/** The new stamp. Its time is 0: the host has its own clock. */
export function recordAfter(
  plan: InstancePlan,
  observed: Observed,
  programHash: ProgramHash,
  run: string,
): StateRecord {
  const { instance } = plan
  const owned = ownedAfter(plan, observed)
  const { cell, health } = instance
  const common = { time: 0, cell, unit: instance.service.unit, owned }
  // Of what has left, only the data and whose it is are still promha's; nothing runs, and no run is to be undone.
  const before = observed.records.get(instance.component)
  // The data was written by that version, and not every other one can read it.
  if (instance.retired) return { ...common, ...nothingRuns, version: before?.version ?? '' }
  const wanted = fingerprints(instance, programHash)
  const same = before !== undefined && before.all === wanted.all
  const next = (before?.generation ?? 0) + (same ? 0 : 1)
  return {
    ...common,
    ...wanted,
    // What only restores a generation is no run that could be undone.
    run: instance.back?.run ?? (same && before.run !== '' ? before.run : run),
    generation: instance.back?.generation ?? Math.max(1, next),
    version: releasedIn(instance.resources)[0]?.version ?? '',
    health,
    ports: instance.service.ports,
  }
}

/** Every file and program of the instance, as it lies in its place once the change is made. */
export function contentsOf({ instance }: InstancePlan, programHash: ProgramHash): readonly Content[] {
  return instance.resources.flatMap(resource => resourceKind(resource).content?.(resource, programHash) ?? [])
}
