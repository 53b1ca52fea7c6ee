/** Refuses a firewall that would shut out the cell's own hosts: it knows each by one address, and a host may have more. */
import type { Problem } from '../../../diagnostic/problem.ts'
import type { InstancePlan } from '../../../plan/model.ts'
import { atInstance } from '../../../resource/model.ts'
import { hasAddress } from '../../../shell/host/host-state.ts'
import type { Preflight } from '../../../shell/observe/preflight.ts'
import { preflightProblem } from '../messages.ts'

/** Whom the host is to be asked about, where the plan changes anything. */
export function spokenTo({ instance, changes }: InstancePlan): readonly string[] {
  return changes.length === 0 ? [] : (instance.admission?.to ?? [])
}

/** A host behind address translation does not have the address by which others know it, and cannot tell. */
export function sourceProblems(
  { own, sources }: Pick<Preflight, 'own' | 'sources'>,
  plans: readonly InstancePlan[],
): readonly Problem[] {
  return plans.flatMap(plan => {
    const { admission } = plan.instance
    if (admission === undefined || !hasAddress({ addresses: own }, admission.own)) return []
    const other = spokenTo(plan)
      .map(to => ({ to, source: sources.get(to) ?? admission.own }))
      .find(({ source }) => !hasAddress({ addresses: [source] }, admission.own))
    if (other === undefined) return []
    return preflightProblem.otherSource(atInstance(plan.instance), other.to, other.source, admission.own)
  })
}
