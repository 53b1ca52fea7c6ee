/** The addresses that move, over all cells. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Cell, Failover, Host, VipSettings } from './model.ts'
import { canonicalAddress, isIp } from './names.ts'
import { at, quote } from './place.ts'
import type { CellText } from './schema.ts'
import { overlap } from './subnet.ts'
import type { VipText } from './vip.ts'

export interface Vip extends VipSettings {
  readonly cell: string
  /** The part of the cell that has it. */
  readonly name: 'pushgateway' | 'blackbox' | 'loadbalancer'
  /** The hosts among which it moves; the first has it at first. */
  readonly hosts: readonly string[]
}

export function vipsOf({ name: cell, pushgateway, blackbox, loadbalancer }: Cell): readonly Vip[] {
  const found: Vip[] = []
  const add = (name: Vip['name'], hosts: readonly string[], vip: Failover | VipSettings | undefined) => {
    if (vip === undefined || ('kind' in vip && vip.kind === 'haproxy')) return
    const { address, prefix, interface: port, vrid } = vip
    found.push({
      cell,
      name,
      hosts,
      address,
      prefix,
      ...(port === undefined ? {} : { interface: port }),
      ...(vrid === undefined ? {} : { vrid }),
    })
  }
  if (pushgateway) add('pushgateway', [pushgateway.active, pushgateway.passive], pushgateway.failover)
  if (blackbox) add('blackbox', blackbox.hosts, blackbox.failover)
  if (loadbalancer) add('loadbalancer', loadbalancer.hosts, loadbalancer.vip)
  return found
}

/** Whether two addresses could meet on one network or one host, so that their router ids have to differ. */
export function meet(one: Vip, other: Vip): boolean {
  return overlap(one, other) || one.hosts.some(host => other.hosts.includes(host))
}

/** Reports an address that a host or another part has, and a router id that two addresses which can meet have. */
export function checkVips(
  cells: readonly Cell[],
  texts: ReadonlyMap<string, CellText>,
  hosts: readonly Host[],
  problems: Problem[],
): void {
  const owners = new Map(
    hosts
      .filter(host => isIp(host.address))
      .map(host => [canonicalAddress(host.address), `that of host ${quote(host.name)}`]),
  )
  const numbered: Vip[] = []
  for (const vip of cells.flatMap(vipsOf)) {
    const text = textOf(vip, texts.get(vip.cell))
    const whose = `${vip.name} of cell ${quote(vip.cell)}`
    const address = canonicalAddress(vip.address)
    const owner = owners.get(address)
    if (owner === undefined) owners.set(address, `that of ${whose} already`)
    else {
      problems.push(
        error(`vip of ${whose}: the address ${vip.address} is ${owner}`, {
          ...at(text, 'vip'),
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
        ...at(text, 'vrid'),
        remedy: 'give each its own id, or leave it out: promha then picks one',
      }),
    )
  }
}

function textOf({ name }: Vip, cell: CellText | undefined): VipText {
  return (name === 'loadbalancer' ? cell?.loadbalancer : cell?.[name]?.failover) ?? {}
}
