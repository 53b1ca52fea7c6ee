/** Each address that moves is free, and router ids differ where two addresses can meet. */
import { error, type Problem } from '../../diagnostic/problem.ts'
import type { Inventory } from '../../inventory/model.ts'
import { canonicalAddress, isIp } from '../../inventory/names.ts'
import { atValueOf } from '../../inventory/origin.ts'
import { quote } from '../../inventory/place.ts'
import { meet, type Vip, vipsOf } from '../vips.ts'

/** Addresses that a host or another part has, and router ids that two addresses which can meet have. */
export function vipProblems({ cells, hosts }: Pick<Inventory, 'cells' | 'hosts'>): readonly Problem[] {
  const problems: Problem[] = []
  const owners = new Map(
    hosts
      .filter(host => isIp(host.address))
      .map(host => [canonicalAddress(host.address), `that of host ${quote(host.name)}`]),
  )
  const numbered: Vip[] = []
  for (const [cell, vip] of cells.flatMap(cell => vipsOf(cell).map(vip => [cell, vip] as const))) {
    const path: [string, ...string[]] = [vip.name, ...(vip.name === 'loadbalancer' ? [] : ['failover'])]
    const whose = `${vip.name} of cell ${quote(vip.cell)}`
    const address = canonicalAddress(vip.address)
    const owner = owners.get(address)
    if (owner === undefined) owners.set(address, `that of ${whose} already`)
    else {
      problems.push(
        error(`vip of ${whose}: the address ${vip.address} is ${owner}`, {
          ...atValueOf(cell, [...path, 'vip']),
          remedy: 'choose a free address of the subnet',
        }),
      )
    }
    if (vip.vrid === undefined) continue
    const twin = numbered.find(other => other.vrid === vip.vrid && meet(other, vip))
    numbered.push(vip)
    if (twin === undefined) continue
    problems.push(
      error(`vrid of ${whose}: ${vip.vrid} is that of ${twin.name} of cell ${quote(twin.cell)} already`, {
        ...atValueOf(cell, [...path, 'vrid']),
        remedy: 'give each its own id, or leave it out: promha then picks one',
      }),
    )
  }
  return problems
}
