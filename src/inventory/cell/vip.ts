/** `vip:`: one address that moves among hosts by VRRP. */
import { present } from '../../diagnostic/defined.ts'
import type { Context } from '../context.ts'
import type { VipText } from '../schema/schema-words.ts'
import { at, seen } from '../text/place.ts'
import { addressFault, isIp, isNamed } from '../value/names.ts'
import { isWithin, parseSubnet, type Subnet, subnetFault } from '../value/subnet.ts'
import { cellProblem } from './messages.ts'
import type { CellScope } from './scope.ts'

export interface VipSettings {
  readonly address: string
  /** Length of the subnet's prefix. */
  readonly prefix: number
  /** Absent: the interface by which each host reaches the subnet. */
  readonly interface?: string
  /** The virtual router's id, 1 to 255; absent: promha picks one. */
  readonly vrid?: number
}

const form =
  "Write for example 192.0.2.100/24: an address that no host has, and the length of its subnet's prefix."

interface VipMembers {
  /** What has the address: `pushgateway of cell "eu"`. */
  readonly of: string
  /** The hosts among which it moves. */
  readonly hosts: readonly string[]
}

/** The address of `vip:` with `interface` and `vrid`, or undefined with the problem reported. */
export function buildVip(
  text: VipText,
  { of, hosts }: VipMembers,
  cell: CellScope,
  context: Context,
): VipSettings | undefined {
  const { problems } = context
  const { interface: device, vrid } = text
  if (device != null && !/^(?!\.\.?$|lo$)[A-Za-z0-9._@-]{1,15}$/.test(device))
    problems.push(cellProblem.badInterface(at(text, 'interface'), seen(text, 'interface')))
  if (vrid != null && !(Number.isInteger(vrid) && vrid >= 1 && vrid <= 255))
    problems.push(cellProblem.badVrid(at(text, 'vrid'), seen(text, 'vrid')))
  const subnet = parseSubnet(text.vip ?? '')
  if (subnet === undefined)
    return void problems.push(cellProblem.badVip(at(text, 'vip'), of, seen(text, 'vip'), form))
  const fault = addressFault(subnet.address) ?? subnetFault(subnet)
  if (fault) {
    problems.push(cellProblem.badVipAddress(at(text, 'vip'), { of, address: subnet.address, fault, form }))
  } else checkHosts(text, subnet, { of, hosts }, cell, context)
  return { ...subnet, ...present({ interface: device, vrid }) }
}

/** Reports hosts without an IP address, which VRRP needs, and hosts outside of the subnet, where the address is useless. */
function checkHosts(
  text: VipText,
  subnet: Subnet,
  { of, hosts }: VipMembers,
  cell: CellScope,
  { problems }: Context,
): void {
  for (const name of hosts) {
    const address = cell.hosts.get(name)?.address ?? ''
    const shown = `${subnet.address}/${subnet.prefix}`
    if (isNamed(address)) {
      problems.push(cellProblem.vipNeedsIp(at(text, 'vip'), of, name, address))
    } else if (isIp(address) && !isWithin(address, subnet)) {
      problems.push(cellProblem.vipOutsideSubnet(at(text, 'vip'), { of, shown, name, address }))
    }
  }
}

/** Whether the number under `port` is a valid port. If not, it is reported. */
export function isPort(owner: object, port: number, of: string, { problems }: Context): boolean {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return true
  problems.push(cellProblem.badPort(at(owner, 'port'), of, seen(owner, 'port')))
  return false
}
