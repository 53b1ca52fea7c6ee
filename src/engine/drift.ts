/** Drift is put right only where that restores what a person last applied. */
import type { Problem } from '../diagnostic/problem.ts'
import { driftVerdict } from '../plan/drift.ts'
import { fingerprints } from '../plan/service.ts'
import type { RunOutcome, RunRequest } from './api.ts'
import { converge } from './converge.ts'
import { byInventory } from './desire.ts'
import { plannedHosts } from './saved.ts'
import type { Compared } from './survey.ts'

/** Repairs what drifted, in the order and with the gates of every change, or tells why it repairs nothing. */
export function repairDrift(request: RunRequest): Promise<RunOutcome> {
  return converge(request, { ...byInventory, settles: false, permit: objections })
}

function objections(compared: Compared): readonly Problem[] {
  const views = plannedHosts(compared).map(({ plan, observed, programHash }) => ({
    plan,
    ...(observed ? { observed } : {}),
    all: (instance: Parameters<typeof fingerprints>[0]) =>
      programHash ? fingerprints(instance, programHash).all : '',
  }))
  return driftVerdict(views).reasons
}
