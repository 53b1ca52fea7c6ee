/** Refuses an address that moves where a host is not in its network, or somebody else has it: only hosts know that. */
import { addressMover } from '../../roles/index.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { InstancePlan } from '../plan/model.ts'
import { resourceId, type WantedAddress } from '../resource/model.ts'
import { hasAddress } from '../shell/host-state.ts'
import type { HostNetwork, Preflight } from '../shell/preflight.ts'
import type { CellTopology } from '../topology/model.ts'
import { standbysOf } from '../topology/standby.ts'
import type { Compared } from './survey.ts'

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

/**
 * The addresses of the hosts whose keepalived is promha's, those that it leaves in this run included: until then one of
 * them may have what others are to have. The host that has the address itself is known by that, should its own be a wrong one.
 */
export function holdersOf({ plans, sessions }: Pick<Compared, 'plans' | 'sessions'>): Holders {
  const keepers = plans.flatMap(({ host, instances }) =>
    instances
      .filter(({ component }) => component === mover)
      .map(({ instance: { cell } }) => ({ host, cell })),
  )
  return (cell, wanted) =>
    sessions
      .filter(({ host: { name } }) => keepers.some(keeper => keeper.cell === cell && keeper.host === name))
      .flatMap(({ host: { address }, observed }) =>
        hasAddress({ addresses: observed?.addresses ?? [] }, wanted) ? [address, wanted] : [address],
      )
}

/**
 * Warnings where keepalived of a cell changes on some of its members, and others are not part of this run: those that
 * disagree about an address may have it at once, or forget each other.
 */
export function apartWarnings(
  cells: readonly CellTopology[],
  { plans }: Pick<Compared, 'plans'>,
): readonly Problem[] {
  return cells.flatMap(cell => {
    const own = plans.flatMap(({ instances }) =>
      instances.filter(({ component, instance }) => component === mover && instance.cell === cell.name),
    )
    const changed = own.filter(({ changes }) => changes.length > 0).map(({ instance }) => instance.host)
    const away = standbysOf(cell, mover)
      .map(({ host }) => host)
      .filter(host => !own.some(({ instance }) => instance.host === host))
    if (changed.length === 0 || away.length === 0) return []
    return warning(
      `${mover} changes on ${changed.join(', ')} and not on ${away.join(', ')}: two of them may have one address at once from then on`,
      { remedy: `apply to ${away.join(', ')} too, in the same run or soon` },
    )
  })
}

/**
 * Asked before anything is changed, since what asks these addresses is changed before what moves them. Of a host that
 * could not tell nothing is said here: keepalived's own check will.
 */
export function addressProblems(
  host: string,
  { networks, strangers }: Pick<Preflight, 'networks' | 'strangers'>,
  plans: readonly InstancePlan[],
): readonly Problem[] {
  return plans.flatMap(plan =>
    addressesTo(plan).flatMap(wanted => {
      const seen = networks.get(wanted.address)
      const holder = strangers.get(wanted.address)
      const fault = (seen && faultOf(wanted, seen)) ?? (holder === undefined ? undefined : takenBy(holder))
      if (fault === undefined) return []
      return error(`the address ${wanted.address} cannot move to this host: ${fault.why}`, {
        host,
        resource: resourceId(plan.instance.service),
        remedy: fault.remedy,
      })
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
  const see = 'see its networks there with `ip address`'
  if (wanted !== undefined && other !== undefined)
    return {
      why: `it lies not in the network of ${wanted} but in that of ${other.interface}`,
      remedy: `correct "interface", or leave it out, and the host takes ${other.interface}; where ${wanted} is meant, ${see}, and set "vip" to a free address of that network`,
    }
  return {
    why:
      wanted === undefined
        ? 'it lies in none of its networks'
        : `it lies not in the network of ${wanted}, nor in another of its networks`,
    remedy: `${see}, and set "vip" to a free address of the one in which all of its hosts are`,
  }
}
