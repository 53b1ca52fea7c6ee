/** Does a host have the address by which the inventory has all others reach it? */

import { addressMover } from '../../roles/index.ts'
import { few } from '../diagnostic/few.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { isIp, isLoopback } from '../inventory/names.ts'
import type { InstancePlan } from '../plan/model.ts'
import { resourceId } from '../resource/model.ts'
import { hasAddress } from '../shell/host-state.ts'
import type { HostSession } from './hosts.ts'
import type { Compared } from './survey.ts'

/**
 * Told where the run brings anything anew, also of hosts on which nothing changes: what others are to ask there has the
 * address already then. An error for a host whose keepalived is to send from it, and a warning for any other: behind
 * address translation a host does not have the address by which others know it.
 */
export function strayProblems({ plans, sessions }: Pick<Compared, 'plans' | 'sessions'>): readonly Problem[] {
  const brought = plans.flatMap(({ instances }) => instances.filter(bringsAnew))
  if (brought.length === 0) return []
  return sessions.flatMap(session => strayProblem(session, brought))
}

/** What goes, or goes back to an earlier state, takes no address from the inventory. */
function bringsAnew({ instance, changes }: InstancePlan): boolean {
  return changes.length > 0 && instance.retired !== true && instance.back === undefined
}

function strayProblem(
  { host: { name, address }, observed }: HostSession,
  brought: readonly InstancePlan[],
): readonly Problem[] {
  const addresses = observed?.addresses ?? []
  if (addresses.length === 0 || !isIp(address) || hasAddress({ addresses }, address)) return []
  const others = addresses.filter(one => !isLoopback(one) && !/^fe80:/i.test(one))
  const has = others.length === 0 ? 'none but its loopback' : few(others)
  const summary = `${name} has no address ${address}; it has ${has}`
  const keeper = brought.find(
    ({ instance, component }) => instance.host === name && component === addressMover.name,
  )
  const correct = 'set its `address` to the one of these by which the other hosts reach it'
  if (keeper === undefined)
    return [
      warning(summary, {
        host: name,
        remedy: `${correct}; where it is behind address translation, all is well`,
      }),
    ]
  const sends = `By this address ${addressMover.name} speaks to the other hosts, so the host itself has to have it.`
  return [
    error(summary, {
      host: name,
      resource: resourceId(keeper.instance.service),
      detail: sends,
      remedy: `${correct}; by another one promha may log in with "ssh: { host: … }"`,
    }),
  ]
}
