/** Whether a scheduler may repair what differs: only where that restores what a person last applied. Pure. */
import type { Problem } from '../../diagnostic/problem.ts'
import { atInstance, type ProgramHash } from '../../resource/model.ts'
import type { Observed } from '../../resource/observed.ts'
import type { InstancePlan } from '../model.ts'
import { fingerprints } from '../service.ts'
import { driftProblem } from './messages.ts'
import type { ComparedHost } from './saved.ts'

/** Warnings of all hosts at once: if one component was never confirmed as it is wanted now, the inventory is another one. */
export function driftReasons(hosts: readonly ComparedHost[]): readonly Problem[] {
  return hosts.flatMap(({ plan, observed, programHash }) =>
    observed && programHash ? plan.flatMap(item => objection(item, observed, programHash) ?? []) : [],
  )
}

/** Why this component must not be touched without a person; undefined where it may be restored. */
function objection(
  { instance, removed, backups, changes }: InstancePlan,
  observed: Observed,
  programHash: ProgramHash,
): Problem | undefined {
  const { component } = instance
  const stamp = observed.records.get(component)
  const where = atInstance(instance)
  if (instance.retired) return driftProblem.leftInventory(where, instance)
  if (!stamp) return driftProblem.neverConfirmed(where, instance)
  if (stamp.undone !== undefined) {
    const when = new Date(stamp.undone * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
    return driftProblem.changeUndone(where, instance, when)
  }
  // An unfinished change is undone first, and then judged again.
  const unfinished = observed.unfinished.some(({ name, touched }) => name === component && touched)
  if ([stamp.restart, stamp.reload].includes('changing') && !unfinished)
    return driftProblem.changeCutOff(where, instance)
  if (stamp.all !== fingerprints(instance, programHash).all)
    return driftProblem.otherInventory(where, instance)
  const names = removed.map(({ name }) => name)
  if (names.length > 0) return driftProblem.wouldRemove(where, instance, names)
  const adopted = changes.filter(change => change.action === 'adopt' || change.action === 'delete')
  const resources = adopted.map(change => change.resource)
  if (resources.length > 0) return driftProblem.notAsLeft(where, instance, resources)
  // What was found there and taken over is kept once more by a change, and is promha's all the same.
  const owned = new Set(stamp.owned.map(({ name }) => name))
  const strangers = backups.filter(path => !owned.has(path))
  return strangers.length > 0 ? driftProblem.wouldReplace(where, instance, strangers) : undefined
}
