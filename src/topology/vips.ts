/** The addresses that move, over all cells. */
import type { Cell, Failover, VipSettings } from '../inventory/model.ts'
import { overlap } from '../inventory/subnet.ts'

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
