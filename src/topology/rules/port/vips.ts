/** Each address that moves is free, and router ids differ where two addresses can meet. */
import type { Problem } from '../../../diagnostic/problem.ts'
import type { Inventory } from '../../../inventory/model.ts'
import { atValueOf } from '../../../inventory/origin.ts'
import { quoted } from '../../../inventory/text/place.ts'
import { canonicalAddress, isIp } from '../../../inventory/value/names.ts'
import { meet, type Vip, vipsOf } from '../../address/vips.ts'
import { topologyProblem } from '../../messages.ts'

/** Addresses that a host or another part has, and router ids that two addresses which can meet have. */
export function vipProblems({ cells, hosts }: Pick<Inventory, 'cells' | 'hosts'>): readonly Problem[] {
  const problems: Problem[] = []
  const owners = new Map(
    hosts
      .filter(host => isIp(host.address))
      .map(host => [canonicalAddress(host.address), `that of host ${quoted(host.name)}`]),
  )
  const numbered: Vip[] = []
  for (const [cell, vip] of cells.flatMap(cell => vipsOf(cell).map(vip => [cell, vip] as const))) {
    const { path } = vip
    const whose = `${vip.name} of cell ${quoted(vip.cell)}`
    const address = canonicalAddress(vip.address)
    const owner = owners.get(address)
    if (owner === undefined) owners.set(address, `that of ${whose} already`)
    else {
      problems.push(topologyProblem.vipTaken(atValueOf(cell, [...path, 'vip']), whose, vip.address, owner))
    }
    if (vip.vrid === undefined) continue
    const peer = numbered.find(other => other.vrid === vip.vrid && meet(other, vip))
    numbered.push(vip)
    if (peer === undefined) continue
    const the = { whose, vrid: vip.vrid, peer: peer.name, cell: peer.cell }
    problems.push(topologyProblem.vridTaken(atValueOf(cell, [...path, 'vrid']), the))
  }
  return problems
}
