/** Refuses an address that moves where a host is not in its network, or somebody else has it: only hosts know that. */
import { addressMover } from '../../../../roles/index.ts'
import type { Problem } from '../../../diagnostic/problem.ts'
import type { InstancePlan } from '../../../plan/model.ts'
import { atInstance, type WantedAddress } from '../../../resource/model.ts'
import { hasAddress } from '../../../shell/host/host-state.ts'
import type { HostNetwork, Preflight } from '../../../shell/observe/preflight.ts'
import { redundantMembers } from '../../../topology/member/redundant.ts'
import type { CellTopology } from '../../../topology/model.ts'
import type { HostRuns } from '../../host-run.ts'
import { preflightProblem } from '../messages.ts'

const mover = addressMover.name

/** By what the hosts are known that may have an address that moves among those of a cell. */
export type Holders = (cell: string, address: string) => readonly string[]

/** What the host is to be asked about, where the plan changes anything. */
export function addressesTo(
  { instance, changes }: InstancePlan,
  holders: Holders = () => [],
): readonly WantedAddress[] {
  if (changes.length === 0 || instance.retired) return []
  return (instance.addresses ?? []).map(wanted => ({
    ...wanted,
    peers: [...wanted.peers, ...holders(instance.cell, wanted.address)],
  }))
}

/** Addresses of all hosts whose keepalived is promha's, also of those that it leaves now: until then these may have the address. */
export function holdersOf(hosts: HostRuns): Holders {
  return (cell, wanted) =>
    [...hosts.values()]
      .filter(({ plan }) => plan.some(one => one.component === mover && one.instance.cell === cell))
      .flatMap(({ host: { address }, session: { observed } }) =>
        hasAddress({ addresses: observed?.addresses ?? [] }, wanted) ? [address, wanted] : [address],
      )
}

/** Members of a cell that disagree about an address may have it at once, so keepalived should change on all of them. */
export function apartWarnings(cells: readonly CellTopology[], hosts: HostRuns): readonly Problem[] {
  return cells.flatMap(cell => {
    const own = [...hosts.values()].flatMap(({ plan }) =>
      plan.filter(({ component, instance }) => component === mover && instance.cell === cell.name),
    )
    const changed = own.filter(({ changes }) => changes.length > 0).map(({ instance }) => instance.host)
    const away = redundantMembers(cell, mover)
      .map(({ host }) => host)
      .filter(host => !own.some(({ instance }) => instance.host === host))
    if (changed.length === 0 || away.length === 0) return []
    return preflightProblem.changesApart({}, mover, changed, away)
  })
}

/** Asked before any change, since what asks an address changes before what moves it. */
export function addressProblems(
  { networks, strangers }: Pick<Preflight, 'networks' | 'strangers'>,
  plans: readonly InstancePlan[],
): readonly Problem[] {
  return plans.flatMap(plan =>
    addressesTo(plan).flatMap(wanted => {
      const seen = networks.get(wanted.address)
      const holder = strangers.get(wanted.address)
      const fault = (seen && faultOf(wanted, seen)) ?? (holder === undefined ? undefined : takenBy(holder))
      if (fault === undefined) return []
      const where = atInstance(plan.instance)
      return preflightProblem.addressCannotMove(where, wanted.address, fault.why, fault.remedy)
    }),
  )
}

interface Fault {
  readonly why: string
  readonly remedy: string
}

function takenBy(hardware: string): Fault {
  return {
    why: `another machine has it, which answers from ${hardware}`,
    remedy:
      'Remove it from that machine, or set "vip" to an address that no machine has. If it is a host of the cell, check its `address`.',
  }
}

function faultOf({ interface: wanted }: WantedAddress, networks: readonly HostNetwork[]): Fault | undefined {
  if (networks.some(network => wanted === undefined || network.interface === wanted)) return undefined
  const [other] = networks
  const seen = 'its networks there with `ip address`'
  if (wanted !== undefined && other !== undefined)
    return {
      why: `it lies not in the network of ${wanted} but in that of ${other.interface}`,
      remedy: `Correct "interface", or leave it out, and the host takes ${other.interface}. If ${wanted} is meant, see ${seen}, and set "vip" to a free address of that network.`,
    }
  return {
    why:
      wanted === undefined
        ? 'it lies in none of its networks'
        : `it lies not in the network of ${wanted}, nor in another of its networks`,
    remedy: `See ${seen}, and set "vip" to a free address of the one in which all of its hosts are.`,
  }
}
