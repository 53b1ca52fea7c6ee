/** `vip:`: one address that moves among hosts by VRRP. */
import { error } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import type { Endpoint, Failover, VipSettings } from './model.ts'
import { addressFault, isIp } from './names.ts'
import { at, quote, seen } from './place.ts'
import type { CellScope } from './replicas.ts'
import type { FailoverText } from './schema.ts'
import { isWithin, parseSubnet, type Subnet, subnetFault } from './subnet.ts'

export type VipText = Pick<FailoverText, 'vip' | 'interface' | 'vrid'>

const form = "for example 192.0.2.100/24: an address that no host has, and the length of its subnet's prefix"

/**
 * The address of `vip:` with `interface` and `vrid`, or undefined with the problem reported.
 * @param of what has the address: `pushgateway of cell "eu"`
 * @param hosts the hosts among which it moves
 */
export function buildVip(
  text: VipText,
  of: string,
  hosts: readonly string[],
  cell: CellScope,
  context: Context,
): VipSettings | undefined {
  const { problems } = context
  checkInterface(text, context)
  checkRouterId(text, context)
  const subnet = parseSubnet(text.vip ?? '')
  if (subnet === undefined) {
    problems.push(
      error(`vip of ${of}: expected ADDRESS/PREFIX, saw ${seen(text, 'vip')}`, {
        ...at(text, 'vip'),
        remedy: form,
      }),
    )
    return undefined
  }
  const fault = addressFault(subnet.address) ?? subnetFault(subnet)
  if (fault) {
    problems.push(
      error(`vip of ${of}: ${quote(subnet.address)} ${fault}`, { ...at(text, 'vip'), remedy: form }),
    )
  } else checkHosts(text, subnet, of, hosts, cell, context)
  return {
    ...subnet,
    ...(text.interface == null ? {} : { interface: text.interface }),
    ...(text.vrid == null ? {} : { vrid: text.vrid }),
  }
}

/** Reports hosts without an IP address, which VRRP needs, and hosts outside of the subnet, where the address is useless. */
function checkHosts(
  text: VipText,
  subnet: Subnet,
  of: string,
  hosts: readonly string[],
  cell: CellScope,
  { problems }: Context,
): void {
  for (const name of hosts) {
    const address = cell.hosts.get(name)?.address ?? ''
    if (address === '') continue
    const shown = `${subnet.address}/${subnet.prefix}`
    if (!isIp(address)) {
      if (addressFault(address)) continue
      problems.push(
        error(
          `vip of ${of}: host ${quote(name)} has the name ${quote(address)} as its address, and an address that moves needs IP addresses`,
          {
            ...at(text, 'vip'),
            remedy: `give host ${quote(name)} an IP address; the name can stay under its "ssh: host:"`,
          },
        ),
      )
    } else if (!isWithin(address, subnet)) {
      problems.push(
        error(
          `vip of ${of}: ${shown} is not in the subnet of host ${quote(name)}, whose address is ${address}`,
          {
            ...at(text, 'vip'),
            remedy:
              'take a free address of the subnet in which all of its hosts are, with the prefix of that subnet',
          },
        ),
      )
    }
  }
}

function checkInterface(text: VipText, { problems }: Context): void {
  if (text.interface == null || /^(?!\.\.?$|lo$)[A-Za-z0-9._@-]{1,15}$/.test(text.interface)) return
  problems.push(
    error(`interface: expected the name of a network interface, saw ${seen(text, 'interface')}`, {
      ...at(text, 'interface'),
      remedy: 'leave it out, and each host takes the one by which it reaches the subnet',
    }),
  )
}

function checkRouterId(text: VipText, { problems }: Context): void {
  const { vrid } = text
  if (vrid == null || (Number.isInteger(vrid) && vrid >= 1 && vrid <= 255)) return
  problems.push(
    error(`vrid: expected a whole number from 1 to 255, saw ${seen(text, 'vrid')}`, {
      ...at(text, 'vrid'),
      remedy: 'leave it out, and promha picks one',
    }),
  )
}

/** Whether the number under `port` is a valid port. If not, it is reported. */
export function isPort(owner: object, port: number, of: string, { problems }: Context): boolean {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return true
  problems.push(
    error(
      `port of ${of}: expected a whole number from 1 to 65535, saw ${seen(owner, 'port')}`,
      at(owner, 'port'),
    ),
  )
  return false
}

/** Where a program behind this failover listens by default. */
export function everywhere(failover: Failover | undefined, port: number): Endpoint {
  const isIpv6 = failover?.kind === 'vip' && failover.address.includes(':')
  return { address: isIpv6 ? '::' : '0.0.0.0', port }
}
