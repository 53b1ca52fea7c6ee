/** Refuses a firewall that would shut out the cell's own hosts: it knows each by one address, and a host may have more. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { InstancePlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import { hasAddress } from '../shell/host-state.ts'
import type { Preflight } from '../shell/preflight.ts'

/** Whom the host is to be asked about, where the plan changes anything. */
export function spokenTo({ instance, changes }: InstancePlan): readonly string[] {
  return changes.length === 0 ? [] : (instance.admission?.to ?? [])
}

/** A host behind address translation does not have the address by which others know it, and cannot tell. */
export function sourceProblems(
  host: string,
  { own, sources }: Pick<Preflight, 'own' | 'sources'>,
  plans: readonly InstancePlan[],
): readonly Problem[] {
  return plans.flatMap(plan => {
    const { admission, service } = plan.instance
    if (admission === undefined || !hasAddress({ addresses: own }, admission.own)) return []
    const other = spokenTo(plan)
      .map(to => ({ to, source: sources.get(to) ?? admission.own }))
      .find(({ source }) => !hasAddress({ addresses: [source] }, admission.own))
    if (other === undefined) return []
    return error(
      `this host speaks to ${other.to} from ${other.source}, and the firewall there would let it in by ${admission.own} only`,
      {
        host,
        resource: resourceId(service),
        detail: `\`ip route get ${other.to}\` says by which of its addresses it speaks.`,
        remedy: `set its \`address\` to ${other.source}, or have the host prefer ${admission.own}`,
      },
    )
  })
}
