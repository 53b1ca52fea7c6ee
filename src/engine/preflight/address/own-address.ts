/** Does a host have the address by which the inventory has all others reach it? */
import { addressMover } from '../../../../roles/index.ts'
import { listFirst } from '../../../diagnostic/list-first.ts'
import type { Problem } from '../../../diagnostic/problem.ts'
import { isIp, isLoopback } from '../../../inventory/value/names.ts'
import type { InstancePlan } from '../../../plan/model.ts'
import { atInstance } from '../../../resource/model.ts'
import { hasAddress } from '../../../shell/host/host-state.ts'
import type { HostRun, HostRuns } from '../../host-run.ts'
import { preflightProblem } from '../messages.ts'

/** An error where keepalived is to send from the address; else a warning, because address translation may be in between. */
export function strayProblems(hosts: HostRuns): readonly Problem[] {
  const runs = [...hosts.values()]
  // What goes, or goes back to an earlier state, takes no address from the inventory.
  const brought = runs.flatMap(({ plan }) =>
    plan.filter(({ instance, changes }) => changes.length > 0 && !instance.retired && !instance.back),
  )
  return brought.length === 0 ? [] : runs.flatMap(run => strayProblem(run, brought))
}

function strayProblem(
  { host: { name, address }, session: { observed } }: HostRun,
  brought: readonly InstancePlan[],
): readonly Problem[] {
  const addresses = observed?.addresses ?? []
  if (addresses.length === 0 || !isIp(address) || hasAddress({ addresses }, address)) return []
  const others = addresses.filter(one => !isLoopback(one) && !/^fe80:/i.test(one))
  const has = others.length === 0 ? 'none but its loopback' : listFirst(others)
  const ofHost = brought.filter(({ instance }) => instance.host === name)
  const keeper = ofHost.find(({ component }) => component === addressMover.name)
  if (keeper === undefined) return [preflightProblem.otherAddress({ host: name }, name, address, has)]
  const the = { host: name, address, has, mover: addressMover.name }
  return [preflightProblem.addressNeeded(atInstance(keeper.instance), the)]
}
