/** Addresses that move among hosts, and the ids of their virtual routers. */
import { defined } from '../../diagnostic/defined.ts'
import type { Cell } from '../../inventory/model.ts'
import { addressOf, type Hosts } from '../member/members.ts'
import type { CellTopology, Member, MovingAddress } from '../model.ts'
import { proxyHealth, proxyReadyPath } from './proxy.ts'
import { meet, type Vip, vipsOf } from './vips.ts'

/** `CELL NAME` → id */
export type RouterIds = ReadonlyMap<string, number>

const ids = 255

/** An id is the end of the address, so that a new one renumbers none: members that disagreed would both take the address. */
export function routerIds(cells: readonly Cell[]): RouterIds {
  const all = cells.flatMap(vipsOf)
  const done = all.flatMap(vip => (vip.vrid === undefined ? [] : [{ vip, id: vip.vrid }]))
  for (const vip of all) {
    if (vip.vrid !== undefined) continue
    const taken = new Set(done.filter(other => meet(other.vip, vip)).map(other => other.id))
    const first = (endOf(vip.address) + ids - 1) % ids
    const free = Array.from({ length: ids }, (_, step) => ((first + step) % ids) + 1).find(
      id => !taken.has(id),
    )
    // 256 addresses that meet: keepalived refuses two of one id on one interface, and says so.
    done.push({ vip, id: free ?? first + 1 })
  }
  return new Map(done.map(({ vip, id }) => [`${vip.cell} ${vip.name}`, id]))
}

/** The addresses of one cell, each with what a member asks on itself. */
export function movingAddressesOf(
  cell: Cell,
  { pushgateways, probers }: Pick<CellTopology, 'pushgateways' | 'probers'>,
  known: RouterIds,
  hosts: Hosts,
): readonly MovingAddress[] {
  const program = (member: Member | undefined, path: string): MovingAddress['check'] => {
    if (member === undefined) throw new RangeError(`an address of cell ${cell.name} leads to no host`)
    return { endpoint: member.local, path: `${member.pathPrefix ?? ''}${path}` }
  }
  const checkOf = ({ name }: Vip): MovingAddress['check'] => {
    if (name === 'pushgateway') return program(pushgateways[0], '/-/ready')
    if (name === 'blackbox') return program(probers[0], '/-/healthy')
    return { endpoint: proxyHealth, path: proxyReadyPath(name) }
  }
  return vipsOf(cell).map(vip => {
    const { name, address, prefix, interface: device } = vip
    const members = vip.hosts.map(host => ({ host, address: addressOf(host, hosts) }))
    const vrid = known.get(`${cell.name} ${name}`) ?? 1
    return { name, address, prefix, ...defined({ interface: device }), vrid, members, check: checkOf(vip) }
  })
}

/** Its last number: 101 of `192.0.2.101`, 257 of `fd00::101`. */
function endOf(address: string): number {
  const [, last = ''] = /[.:]([^.:]*)$/.exec(address) ?? []
  return Number.parseInt(last || '0', address.includes(':') ? 16 : 10)
}
