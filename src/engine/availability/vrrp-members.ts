/** What each keepalived of a cell knows and has of addresses that move, asked now. */
import { addressMover } from '../../../roles/index.ts'
import { hasAddress } from '../../shell/host/host-state.ts'
import { cellNamed } from '../../topology/member/members.ts'
import { hostState } from '../../verify/ask/host-ask.ts'
import type { RunContext } from '../context.ts'
import type { VrrpMember } from '../order/vrrp-update-order.ts'
import { candidatesOf } from './serving-state.ts'

/** Those that leave the cell included, without those that cannot be asked. Never rejects. */
export async function vrrpMembersOf(context: RunContext, cell: string): Promise<readonly VrrpMember[]> {
  const { askHost } = context.prefetch
  const moving = cellNamed(context.prepared.topology, cell)?.movingAddresses ?? []
  const keepers = candidatesOf(context, cell, addressMover.name).map(
    async ({ host }): Promise<readonly VrrpMember[]> => {
      const state = await askHost(host, hostState).catch(() => undefined)
      if (state === undefined) return []
      const own = moving.filter(({ members }) => members.some(member => member.host === host))
      const has = state.moving.filter(address => hasAddress(state, address))
      return [{ host, knows: state.moving, wanted: own.map(({ address }) => address), has }]
    },
  )
  return (await Promise.all(keepers)).flat()
}
