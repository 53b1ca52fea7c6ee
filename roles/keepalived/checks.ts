/** What verify and status ask of addresses that move. */
import { type HostState, hasAddress } from '../../src/shell/host-state.ts'
import { standbysOf } from '../../src/topology/standby.ts'
import { hostsOf, keepersOf } from '../../src/topology/way.ts'
import type { AskedCell, ComponentChecks, Questions } from '../../src/verify/facet.ts'
import { comparing, settledIf } from '../../src/verify/there.ts'
import { hostEntry } from '../host-program.ts'
import { oneHolder } from './one-holder.ts'

export const checks: ComponentChecks = {
  questions,
  rows: cell =>
    standbysOf(cell, 'keepalived').map(({ host }) => ({
      ...hostEntry(cell.name, host, 'keepalived', ({ peers }) => [peers.keepalived]),
      note: (body: unknown) => held(body as HostState, cell.movingAddresses),
    })),
}

function questions({ whole, cell, has, isStopped, isUsable }: AskedCell): Questions {
  const others = hostsOf(cell.guarded).filter(isUsable)
  return {
    access: cell.movingAddresses
      .filter(({ members }) => members.some(({ host }) => has('keepalived', host)))
      .map(address => {
        const hosts = hostsOf(address.members)
        const whoHasIt = oneHolder(cell, address, others)
        const compared = comparing(whoHasIt, 'keepalived', keepersOf(whole, address.name), hosts)
        return settledIf(
          hosts.some(host => isStopped('keepalived', host)),
          compared,
        )
      }),
  }
}

/** `has 198.18.0.100` */
function held(
  { addresses = [] }: Partial<HostState>,
  moving: readonly { readonly address: string }[],
): string {
  const own = moving.map(({ address }) => address).filter(address => hasAddress({ addresses }, address))
  return own.length > 0 ? `has ${own.join(', ')}` : ''
}
