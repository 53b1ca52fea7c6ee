/** The addresses that move, over all cells. */
import type { Failover } from '../../../roles/common/failover.ts'
import { layoutsOf } from '../../../roles/storage/stores.ts'
import type { VipSettings } from '../../inventory/cell/vip.ts'
import type { Cell } from '../../inventory/model.ts'
import { overlap } from '../../inventory/value/subnet.ts'

export interface Vip extends VipSettings {
  readonly cell: string
  /** The part of the cell that has it, or the key of a store. */
  readonly name: string
  /** The path in the cell below which it is written. */
  readonly path: readonly [string, ...string[]]
  /** The hosts among which it moves; the first has it at first. */
  readonly hosts: readonly string[]
}

export function vipsOf({ name: cell, ...parts }: Cell): readonly Vip[] {
  const { pushgateway, blackbox, loadbalancer, storage, grafana } = parts
  const found: Vip[] = []
  const add = (
    path: Vip['path'],
    hosts: readonly string[],
    vip: Failover | VipSettings | undefined,
    name = path[0],
  ) => {
    if (vip === undefined || ('kind' in vip && vip.kind === 'haproxy')) return
    found.push({ ...vip, cell, name, path, hosts })
  }
  if (pushgateway)
    add(['pushgateway', 'failover'], [pushgateway.active, pushgateway.passive], pushgateway.failover)
  if (blackbox) add(['blackbox', 'failover'], blackbox.hosts, blackbox.failover)
  if (loadbalancer) add(['loadbalancer'], loadbalancer.hosts, loadbalancer.vip)
  if (grafana) add(['grafana'], grafana.hosts, grafana.vip)
  for (const { key, read } of layoutsOf(storage))
    if (read) add(['storage', key, 'read'], read.hosts, read.vip, key)
  return found
}

/** Whether two addresses could meet on one network or one host, so that their router ids have to differ. */
export function meet(one: Vip, other: Vip): boolean {
  return overlap(one, other) || one.hosts.some(host => other.hosts.includes(host))
}
